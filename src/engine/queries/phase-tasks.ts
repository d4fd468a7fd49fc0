import { DomainError } from "../../contract/domain-error.ts";
import { parseAskedTime } from "../../contract/time/asked-time.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { digitsOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { taskTimeText } from "../../core/why/phrases.ts";
import type { PhaseTaskRow } from "../../store/workflow-queries.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { Within } from "../backfill/backfill-control.ts";
import type { EngineContext } from "../context.ts";

export interface PhaseTasksAsked extends Within {
  readonly phaseId: number;
  /** By the clock of the phase, from (inclusive) until (exclusive). */
  readonly from: string;
  readonly until: string;
}

export interface PhaseTasks {
  readonly tasks: readonly (Omit<PhaseTaskRow, "task_time"> & { readonly time: string })[];
  readonly isCut: boolean;
}

const MAX_DAYS = 366;
const MAX_RECORDS = 5000;

/** The tasks of a phase in force, by their task times. Throws DomainError. */
export async function phaseTasks(asked: PhaseTasksAsked, context: EngineContext): Promise<PhaseTasks> {
  const { phaseId, scope = null } = asked;
  if (!graphWithin(context.graph(), scope).byId.has(phaseId))
    throw new DomainError("not_found", "unknown_phase", `No phase in force has the id ${phaseId}.`);
  const [from, until] = [wallTime("from", asked.from), wallTime("until", asked.until)];
  const length = digitsOf(until) - digitsOf(from);
  if (length <= 0 || length > MAX_DAYS * DAY)
    throw new DomainError("invalid", "span", `The time from \`from\` to \`until\` must be at most ${MAX_DAYS} days.`);
  const found = await context.store.reads.workflows.phaseTasks({ phaseId, from, until, limit: MAX_RECORDS });
  return {
    tasks: found.tasks.map(({ task_time: time, ...task }) => ({ ...task, time: taskTimeText(time) })),
    isCut: found.isCut,
  };
}

function wallTime(field: string, text: string): WallMs {
  const asked = parseAskedTime(text);
  if (asked?.kind === "wall") return asked.wall;
  throw new DomainError(
    "invalid",
    "span",
    `${field} is not a time that Flowlord can use: write it as in 2026-01-31T05.`,
  );
}
