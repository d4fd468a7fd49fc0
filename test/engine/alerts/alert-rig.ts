import { redactor } from "../../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import type { ChannelRoute } from "../../../src/core/alerts/alert-routes.ts";
import { AlertPlanner } from "../../../src/engine/alerts/alert-planner.ts";
import { NotificationSender } from "../../../src/engine/alerts/send-notifications.ts";
import type { Notification } from "../../../src/notify/notify.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Rig } from "../rig/rig.ts";

export interface Received extends Notification {
  readonly channel: string;
  /** When it arrived. */
  readonly received: number;
}

/** Planner and sender on a rig, with channels in memory. */
export interface AlertRig {
  /** Notifications that channels accepted, in order. */
  readonly received: Received[];
  /** Called for each attempt: throws to refuse it. */
  onSend: (
    channel: string,
    notification: Notification,
    signal: AbortSignal,
    onRefused?: (whom: string) => void,
  ) => Promise<void> | void;
  readonly problems: string[];
  /** Plan, send and wait for the answers, until nothing more is due now; returns when to run again. */
  turn(): Promise<number | null>;
  planner(): AlertPlanner;
  sender(): NotificationSender;
  /** After `rig.reopen()`: the state of a new process. */
  restart(): void;
}

export type RouteInput = Partial<ChannelRoute> & { readonly name: string };

export function routeWith(input: RouteInput): ChannelRoute {
  return { matcher: ANY_ALERT, minFrequency: 300_000, maxFrequency: 4_800_000, sendResolved: true, ...input };
}

/** `storeOf` wraps the rig's store for planner and sender. */
export function alertRig(
  rig: Rig,
  input: readonly RouteInput[] = [{ name: "ops" }],
  storeOf: () => Store = () => rig.store,
  publicUrl: string | null = null,
): AlertRig {
  const routes = input.map(routeWith);
  const received: Received[] = [];
  const problems: string[] = [];
  const { runtime } = rig.context;
  const channels = new Map(
    routes.map((route) => [
      route.name,
      {
        route,
        channel: {
          name: route.name,
          send: async (notification: Notification, signal: AbortSignal, onRefused?: (whom: string) => void) => {
            await alerts.onSend(route.name, notification, signal, onRefused);
            received.push({ ...notification, channel: route.name, received: rig.now });
            return "ok";
          },
          close: async () => {},
        },
      },
    ]),
  );
  const newPlanner = (): AlertPlanner =>
    new AlertPlanner({
      runtime,
      get store() {
        return storeOf();
      },
      graph: () => rig.context.graph(),
      routes,
      instance: null,
    });
  const newSender = (): NotificationSender =>
    new NotificationSender({
      redact: redactor(DEFAULT_RULES),
      get store() {
        return storeOf();
      },
      channels,
      zone: runtime.zone,
      publicUrl,
      now: runtime.now,
      random: runtime.random,
      stopWithin: 5,
      onDone: () => undefined,
      onProblem: (channel, error) => problems.push(`${channel}: ${error.message}`),
    });
  let planner = newPlanner();
  let sender = newSender();
  const alerts: AlertRig = {
    received,
    problems,
    onSend: () => undefined,
    turn: async () => {
      for (;;) {
        const next = await planner.run();
        const due = await sender.sendDue();
        await sender.settled();
        const times = [next, due, await planner.run(), await sender.sendDue()].filter((at) => at !== null);
        await sender.settled();
        const at = times.length === 0 ? null : Math.min(...times);
        if (at === null || at > rig.now) return at;
      }
    },
    planner: () => planner,
    sender: () => sender,
    restart: () => {
      planner = newPlanner();
      sender = newSender();
    },
  };
  return alerts;
}
