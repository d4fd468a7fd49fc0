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

/** Alerts of each type that one turn checks. */
const MAX_ALERTS = 200;

/**
 * Resolves alerts whose cause ends elsewhere than where they were raised: the file came late, the dead letters were
 * redriven.
 */
export async function resolveAlerts(context: ResolveContext): Promise<void> {
  const { alerts } = context.store;
  const by = "flowlord";
  const came = await filter(await alerts.lasting("file_missing", 0, MAX_ALERTS), (alert) => hasCome(alert, context));
  if (came.length > 0) await alerts.resolve(came, { by, note: "the file came after all" }, context.runtime.now());
  const redriven = await filter(await alerts.lasting("dead_letter", 0, MAX_ALERTS), async ({ cause }) => {
    const blank = cause.lastIndexOf(" ");
    return blank >= 0 && !(await alerts.hasOpenDeadLetters(cause.slice(0, blank), cause.slice(blank + 1)));
  });
  if (redriven.length > 0)
    await alerts.resolve(redriven, { by, note: "no such dead letter is left" }, context.runtime.now());
}

/** Ids of those that are resolved. */
async function filter(
  alerts: readonly LastingAlert[],
  hasEnded: (alert: LastingAlert) => Promise<boolean>,
): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const alert of alerts) if (await hasEnded(alert)) ids.push(alert.id);
  return ids;
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
