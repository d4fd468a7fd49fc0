import { DomainError } from "../../contract/domain-error.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import { digitsOf, wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { wallAt } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
import { taskTimeText as wallText } from "../../core/why/phrases.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { GridCell } from "../../store/workflow-queries.ts";
import type { EngineContext } from "../context.ts";

export interface GridAsked {
  /** Only of this workflow file; null: of all. */
  readonly workflow: string | null;
  /** Days of task times, `2026-01-31`, both included; null: the last 30. */
  readonly from: string | null;
  readonly to: string | null;
  readonly by: "time" | "day";
  /** The id of the last phase of the page before. */
  readonly after: number;
  readonly limit: number;
}

export interface PhaseGrid {
  readonly phases: readonly Phase[];
  readonly total: number;
  readonly isLast: boolean;
  /** Clock times, in order. */
  readonly times: readonly string[];
  readonly cells: readonly (Omit<GridCell, "time"> & { readonly time: string })[];
}

const MAX_DAYS = 366;
const MAX_RECORDS = 200_000;
const MAX_CELLS = 50_000;

/** What became of each task time of phases. Throws DomainError. */
export async function phaseGrid(asked: GridAsked, context: EngineContext): Promise<PhaseGrid> {
  const { store, runtime } = context;
  const { workflow, by, after, limit } = asked;
  const today = Math.floor(digitsOf(wallAt(runtime.now(), zoneOf(runtime.zone))) / DAY) * DAY;
  const last = asked.to === null ? today : dayOf("to", asked.to);
  const first = asked.from === null ? last - 29 * DAY : dayOf("from", asked.from);
  if (last < first || last - first >= MAX_DAYS * DAY)
    throw new DomainError("invalid", "span", `The days from \`from\` to \`to\` must be 1 to ${MAX_DAYS}.`);
  const ofFile = context.graph().phases.filter((phase) => workflow === null || phase.workflow === workflow);
  const rest = ofFile.filter(({ id }) => id > after).toSorted((a, b) => a.id - b.id);
  const phases = rest.slice(0, limit);
  const cells = await store.reads.workflows.grid({
    phaseIds: phases.map(({ id }) => id),
    from: wallOf(first),
    until: wallOf(last + DAY),
    by,
    maxRecords: MAX_RECORDS,
    maxCells: MAX_CELLS,
  });
  if (cells === null)
    throw new DomainError(
      "invalid",
      "grid_too_large",
      `There are more than ${MAX_RECORDS} records or ${MAX_CELLS} cells: ask for fewer days or phases, or by=day.`,
    );
  const times = [...new Set<WallMs>(cells.map(({ time }) => time))].toSorted((a, b) => digitsOf(a) - digitsOf(b));
  return {
    phases,
    total: ofFile.length,
    isLast: rest.length === phases.length,
    times: times.map((time) => wallText(time)),
    cells: cells.map((cell) => ({ ...cell, time: wallText(cell.time) })),
  };
}

function dayOf(field: string, text: string): number {
  const day = parseInstant(`${text}T00:00:00Z`);
  if (day !== null) return day;
  throw new DomainError("invalid", "span", `${field} is not a day that Flowlord can use: write it as in 2026-01-31.`);
}
