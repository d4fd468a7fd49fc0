import { parseInstant } from "../../contract/time/instant.ts";
import type { AlertType } from "../../core/decide/effects.ts";
import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import type { LastingAlert } from "../../store/alert-store.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import { expectedAt, missingFiles } from "../expect-files.ts";

export interface ResolveContext {
  readonly runtime: Pick<Runtime, "now" | "zone">;
  readonly store: Store;
  graph(): WorkflowGraph;
}

/** Alerts of each type that one turn checks; the next one goes on behind them. */
const MAX_ALERTS = 200;

/**
 * Resolves alerts whose cause ends elsewhere than where they were raised: the file came late, or its phase was removed, the dead
 * letters were redriven, the clock has caught up.
 */
export class AlertResolver {
  readonly #context: ResolveContext;
  /** The last alert of each type that was checked. */
  readonly #checked = new Map<AlertType, number>();

  constructor(context: ResolveContext) {
    this.#context = context;
  }

  async run(): Promise<void> {
    const { alerts } = this.#context.store;
    const { now } = this.#context.runtime;
    await this.#resolve("file_missing", (alert) => noMoreMissing(alert, this.#context));
    await this.#resolve("dead_letter", async ({ cause }) => {
      const blank = cause.lastIndexOf(" ");
      const isLeft = blank < 0 || (await alerts.hasOpenDeadLetters(cause.slice(0, blank), cause.slice(blank + 1)));
      return isLeft ? null : "no such dead letter is left";
    });
    await this.#resolve("clock_set_back", async ({ cause }) =>
      now() > (parseInstant(cause) ?? Infinity) ? "the clock shows again what it showed before" : null,
    );
  }

  /** `ended` says why an alert is over; null while it is not. */
  async #resolve(type: AlertType, ended: (alert: LastingAlert) => Promise<string | null>): Promise<void> {
    const { store, runtime } = this.#context;
    const page = await store.alerts.lasting(type, this.#checked.get(type) ?? 0, MAX_ALERTS);
    this.#checked.set(type, page.length < MAX_ALERTS ? 0 : (page.at(-1)?.id ?? 0));
    const over = new Map<string, number[]>();
    for (const alert of page) {
      const note = await ended(alert);
      if (note !== null) over.set(note, [...(over.get(note) ?? []), alert.id]);
    }
    for (const [note, ids] of over) await store.alerts.resolve(ids, { by: "flowlord", note }, runtime.now());
  }
}

/** Repeats the check of `expect_by` for the tick of the alert, where the phase still asks for one. */
async function noMoreMissing({ phaseId, taskTime }: LastingAlert, context: ResolveContext): Promise<string | null> {
  const phase = context.graph().byId.get(phaseId);
  if (phase === undefined) return "its phase was removed, so no file is expected any more";
  const schedule = phase.rule.expectBy;
  if (schedule === null) return "its phase has no `expect_by` any more";
  if (taskTime === null) return null;
  const { zone } = context.runtime;
  const at = expectedAt(phase, schedule, taskTime, zone);
  const { decisions } = await missingFiles(phase, schedule, at, context.store, zone);
  return decisions.length === 0 ? "the file came after all" : null;
}
