import type { Bus, UnconsumedTopic } from "../../bus/bus.ts";
import { MINUTE } from "../../contract/time/time-units.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import type { NewAlert } from "../../core/decide/effects.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import { lastingAlerts } from "./lasting-alerts.ts";

export interface WorkerCheckContext {
  readonly runtime: Pick<Runtime, "now">;
  readonly store: Pick<Store, "record" | "alerts">;
  readonly bus: Pick<Bus, "unconsumed">;
  graph(): WorkflowGraph;
}

/** How long messages may wait for a first worker: one that is being started, or restarted. */
const PATIENCE_MS = MINUTE;

/**
 * Raises an alert for each type whose messages wait on the bus without any worker, and resolves it when one listens or
 * nothing waits. Costs no query while there is none.
 */
export class WorkerCheck {
  readonly #context: WorkerCheckContext;
  /** Types that were told: not again until they have a worker, also when somebody resolved the alert. */
  readonly #told = new Set<string>();
  readonly #startedAt: number;
  /** Alerts of an earlier run may be left. */
  #mayLast = true;

  constructor(context: WorkerCheckContext) {
    this.#context = context;
    this.#startedAt = context.runtime.now();
  }

  async run(): Promise<void> {
    const { runtime, store, bus } = this.#context;
    const now = runtime.now();
    const unconsumed = bus.unconsumed?.() ?? [];
    const due = unconsumed.filter(({ topic, since }) => !this.#told.has(topic) && now - since >= PATIENCE_MS);
    const ended = [...this.#told].filter((type) => !unconsumed.some(({ topic }) => topic === type));
    // After a start the bus gets what waits only by and by.
    const isSettled = Math.abs(now - this.#startedAt) >= PATIENCE_MS;
    if (due.length === 0 && ended.length === 0 && !(this.#mayLast && isSettled)) return;
    const lasting = await lastingAlerts(store.alerts, "no_worker");
    const alerts = due
      .filter(({ topic }) => !lasting.some(({ cause }) => cause === topic))
      .flatMap((one) => this.#alertOf(one));
    if (alerts.length > 0) await store.record({ alerts, decisions: [] }, now);
    for (const { topic } of due) this.#told.add(topic);
    if (!isSettled) return;
    const over = lasting.filter(({ cause }) => !unconsumed.some(({ topic }) => topic === cause)).map(({ id }) => id);
    if (over.length > 0)
      await store.alerts.resolve(
        over,
        { by: "flowlord", note: "its messages wait no more, or a worker is there" },
        now,
      );
    for (const type of ended) this.#told.delete(type);
    this.#mayLast = false;
  }

  /** Of the phases that have tasks of the type; none when each of them says `no_alert`. */
  #alertOf({ topic, waiting }: UnconsumedTopic): readonly NewAlert[] {
    const phases = this.#context.graph().phases.filter(({ type }) => type === topic);
    if (phases.length > 0 && phases.every(({ rule }) => rule.noAlert)) return [];
    const messages = waiting === 1 ? "1 message waits" : `${waiting} messages wait`;
    const message = `no worker takes tasks of type ${topic}, and the embedded bus has no other listeners: ${messages}; add a [[worker]] of that type, or correct the type`;
    return [
      newAlert("no_worker", message, {
        cause: topic,
        taskType: topic,
        workflow: workflowOf(phases),
        notify: notifyOf(phases),
      }),
    ];
  }
}

/** The one workflow with such tasks; empty when there are several. */
function workflowOf(phases: readonly Phase[]): string {
  const [first, ...more] = new Set(phases.map(({ workflow }) => workflow));
  return first === undefined || more.length > 0 ? "" : first;
}

/** The channels that the phases name; none when one of them names none. */
function notifyOf(phases: readonly Phase[]): readonly string[] {
  const lists = phases.map(({ rule }) => rule.notify);
  return lists.some((names) => names.length === 0) ? [] : [...new Set(lists.flat())];
}
