import type { Redact } from "../contract/redact/redact.ts";
import type { Options } from "../config/options.ts";
import { SECOND } from "../contract/time/time-units.ts";
import { toError } from "../contract/to-error.ts";
import type { EngineContext } from "../engine/context.ts";
import { DatabaseOutage } from "../engine/alerts/database-outage.ts";
import { AlertPlanner } from "../engine/alerts/alert-planner.ts";
import { NotificationSender } from "../engine/alerts/send-notifications.ts";
import type { Reports } from "./intake.ts";
import { AlertLog } from "./log/alert-log.ts";
import { openChannels } from "./open-channels.ts";
import type { Channel } from "../notify/notify.ts";
import { Loop } from "../services/loop.ts";
import type { Service } from "../services/service.ts";

export interface Alerting {
  readonly services: readonly Service[];
  /** Run now: an alert or a silence has changed. */
  wake(): void;
  /** From now on these are notified; what is being sent to a former one is finished. */
  replaceChannels(channels: Options["channels"]): void;
  /** As they are configured now. */
  channels(): Options["channels"];
  /** After the services have stopped: waits for outstanding answers, then closes the channels. */
  stop(): Promise<void>;
}

/** Notifies people of alerts over the configured channels: one loop plans, one sends. */
export function alerting(
  options: Options,
  { runtime, store, graph }: Pick<EngineContext, "runtime" | "store" | "graph">,
  { onProblem, log, redact }: Reports & { readonly redact: Redact },
): Alerting {
  const channels = new Map(openChannels(options, runtime.now));
  let routes = options.channels;
  const former = new Set<Channel>();
  // No alerts page is served yet, so no text links to one.
  const planner = new AlertPlanner({
    runtime,
    store,
    graph,
    instance: null,
    get routes() {
      return routes;
    },
  });
  const sender = new NotificationSender({
    redact,
    store,
    channels,
    zone: runtime.zone,
    publicUrl: options.publicUrl,
    now: runtime.now,
    random: runtime.random,
    onDone: () => wake(),
    onProblem: (channel, error) => onProblem(`channel ${channel}`, error),
  });
  const loop = { now: runtime.now, onProblem };
  const deciding = new Loop({
    ...loop,
    name: "alerts",
    atLeastEveryMs: SECOND,
    run: async () => {
      const next = await planner.run();
      sending.wake(0);
      return next;
    },
  });
  const sending = new Loop({
    ...loop,
    name: "notifications",
    atLeastEveryMs: 5 * SECOND,
    run: () => sender.sendDue(),
  });
  const alertLog = new AlertLog(store.reads.alerts, log);
  const logging = new Loop({
    ...loop,
    name: "alert log",
    atLeastEveryMs: SECOND,
    run: async () => {
      await alertLog.run();
      return null;
    },
  });
  const wake = (): void => {
    deciding.wake(0);
    sending.wake(0);
  };
  const outage = new DatabaseOutage({
    channels: () => channels.values(),
    health: () => store.health(),
    now: runtime.now,
    onProblem: (channel, error) => onProblem(`channel ${channel}`, error),
  });
  const watching = new Loop({
    ...loop,
    name: "database outage",
    atLeastEveryMs: 5 * SECOND,
    run: async () => {
      await outage.look();
      return null;
    },
  });
  store.alerts.onChange(() => deciding.wake(0));
  return {
    services: [deciding, sending, logging, watching],
    wake,
    channels: () => routes,
    replaceChannels: (next) => {
      for (const { channel } of channels.values()) former.add(channel);
      channels.clear();
      for (const [name, opened] of openChannels({ channels: next }, runtime.now)) channels.set(name, opened);
      routes = next;
      wake();
    },
    stop: async () => {
      outage.stop();
      await alertLog.run().catch((error: unknown) => onProblem("alert log", toError(error)));
      await sender.stop();
      const open = [...former, ...Array.from(channels.values(), ({ channel }) => channel)];
      await Promise.all(open.map((channel) => channel.close()));
    },
  };
}
