import { parseInstant } from "../../contract/instant.ts";
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
 * Resolves alerts whose cause ends elsewhere than where they were raised: the file came late, the dead letters were
 * redriven, the clock has caught up.
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
    await this.#resolve("file_missing", "the file came after all", (alert) => hasCome(alert, this.#context));
    await this.#resolve("dead_letter", "no such dead letter is left", async ({ cause }) => {
      const blank = cause.lastIndexOf(" ");
      return blank >= 0 && !(await alerts.hasOpenDeadLetters(cause.slice(0, blank), cause.slice(blank + 1)));
    });
    const caughtUp = async ({ cause }: LastingAlert): Promise<boolean> => now() > (parseInstant(cause) ?? Infinity);
    await this.#resolve("clock_set_back", "the clock shows again what it showed before", caughtUp);
  }

  async #resolve(type: AlertType, note: string, hasEnded: (alert: LastingAlert) => Promise<boolean>): Promise<void> {
    const { store, runtime } = this.#context;
    const page = await store.alerts.lasting(type, this.#checked.get(type) ?? 0, MAX_ALERTS);
    this.#checked.set(type, page.length < MAX_ALERTS ? 0 : (page.at(-1)?.id ?? 0));
    const ids: number[] = [];
    for (const alert of page) if (await hasEnded(alert)) ids.push(alert.id);
    if (ids.length > 0) await store.alerts.resolve(ids, { by: "flowlord", note }, runtime.now());
  }
}

/** Repeats the check of `expect_by` for the tick of the alert. */
async function hasCome({ phaseId, taskTime }: LastingAlert, context: ResolveContext): Promise<boolean> {
  const phase = context.graph().byId.get(phaseId);
  const schedule = phase?.rule.expectBy ?? null;
  if (phase === undefined || schedule === null || taskTime === null) return false;
  const { zone } = context.runtime;
  const at = expectedAt(phase, schedule, taskTime, zone);
  return (await missingFiles(phase, schedule, at, context.store, zone)).decisions.length === 0;
}
