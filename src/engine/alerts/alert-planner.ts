import type { ChannelRoute } from "../../core/alerts/alert-routes.ts";
import { letterAlerts } from "../../core/decide/dead-letters.ts";
import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import { notificationDecider } from "../../core/alerts/plan-notifications.ts";
import { instantOfWallTime, wallTime } from "../../core/time/zone.ts";
import type { Store } from "../../store/store.ts";
import { ClockWatch } from "../clock-watch.ts";
import type { Runtime } from "../context.ts";
import { AlertResolver } from "./resolve-alerts.ts";

export interface AlertContext {
  readonly runtime: Runtime;
  readonly store: Store;
  graph(): WorkflowGraph;
  /** The channels as configured. */
  readonly routes: readonly ChannelRoute[];
  /** Public host and port of the alerts page; null while no such page is served. */
  readonly instance: string | null;
}

/** Dead letters of one transaction. */
const DEAD_LETTERS_PER_TURN = 1000;
/** How often to check whether a missing file has come. */
const RESOLVE_EVERY_MS = 5000;

/**
 * Decides which channel is notified of which alert, and when: it writes rows of `alert_notifications`, which the sender
 * sends. It reads only rows, so a restart repeats nothing and loses nothing.
 */
export class AlertPlanner {
  readonly #context: AlertContext;
  #isStart = true;
  #settledAt = -Infinity;
  readonly #clock: ClockWatch;
  #isClockSetBack = false;
  readonly #resolver: AlertResolver;

  constructor(context: AlertContext) {
    this.#context = context;
    this.#clock = new ClockWatch(context.runtime);
    this.#resolver = new AlertResolver(context);
  }

  /** One turn; returns when the next is due, milliseconds since 1970 (0 = at once), null when nothing is planned. */
  async run(): Promise<number | null> {
    const { runtime, store, routes, instance } = this.#context;
    if ((this.#clock.jump()?.by ?? 0) < 0) this.#isClockSetBack = true;
    if (
      (await store.alerts.raiseDeadLetters(DEAD_LETTERS_PER_TURN, letterAlerts, runtime.now())) ===
      DEAD_LETTERS_PER_TURN
    )
      return 0;
    if (Math.abs(runtime.now() - this.#settledAt) >= RESOLVE_EVERY_MS) {
      this.#settledAt = runtime.now();
      await this.#resolver.run();
    }
    const now = runtime.now();
    const { newId, zone } = runtime;
    const [isStart, isClockSetBack] = [this.#isStart, this.#isClockSetBack];
    const decider = notificationDecider({ routes, now, newId, instance, zone, isStart, isClockSetBack });
    const { isMore, nextAt } = await store.alerts.plan(decider, { now, since: midnightOf(now, zone) });
    if (isMore) return 0;
    this.#isStart = false;
    this.#isClockSetBack = false;
    return nextAt;
  }
}

/** The first instant of the local day. */
function midnightOf(now: number, zone: string): number {
  return instantOfWallTime({ ...wallTime(now, zone), hour: 0, minute: 0, second: 0 }, zone);
}
