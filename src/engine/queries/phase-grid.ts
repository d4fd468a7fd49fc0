import { DomainError } from "../../contract/domain-error.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import { digitsOf, wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { graphWithin } from "../access/graph-within.ts";
import { wallAt } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
import { taskTimeText as wallText } from "../../core/why/phrases.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { Grid, GridCell, GridTime, WorkflowQueries } from "../../store/workflow-queries.ts";
import type { Within } from "../backfill/backfill-control.ts";
import type { EngineContext } from "../context.ts";

export interface GridAsked extends Within {
  /** Only of this workflow file; null: of all. */
  readonly workflow: string | null;
  /** Days of task times, `2026-01-31`, both included; null: the last 30. */
  readonly from: string | null;
  readonly to: string | null;
  readonly by: "time" | "hour" | "day";
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
  /** How long the phases of the page took for each task time. */
  readonly durations: readonly (Omit<GridTime, "time"> & { readonly time: string })[];
  readonly cells: readonly (Omit<GridCell, "time"> & { readonly time: string })[];
}

const MAX_DAYS = 366;
const MAX_RECORDS = 200_000;
const MAX_CELLS = 50_000;
const RECORDS_A_QUERY = 5000;

/** What became of each task time of phases. Throws DomainError. */
export async function phaseGrid(asked: GridAsked, context: EngineContext): Promise<PhaseGrid> {
  const { store, runtime } = context;
  const { workflow, by, after, limit, scope = null } = asked;
  const today = Math.floor(digitsOf(wallAt(runtime.now(), zoneOf(runtime.zone))) / DAY) * DAY;
  const last = asked.to === null ? today : dayOf("to", asked.to);
  const first = asked.from === null ? last - 29 * DAY : dayOf("from", asked.from);
  if (last < first || last - first >= MAX_DAYS * DAY)
    throw new DomainError("invalid", "span", `The days from \`from\` to \`to\` must be 1 to ${MAX_DAYS}.`);
  const inForce = graphWithin(context.graph(), scope);
  const ofFile = inForce.phases.filter((phase) => workflow === null || phase.workflow === workflow);
  const rest = ofFile.filter(({ id }) => id > after).toSorted((a, b) => a.id - b.id);
  const phases = rest.slice(0, limit);
  const { cells, times: spans } = await cellsOf(
    phases.map(({ id }) => id),
    { from: first, until: last + DAY, by },
    store.reads.workflows,
  );
  const times = [...new Set<WallMs>(cells.map(({ time }) => time))].toSorted((a, b) => digitsOf(a) - digitsOf(b));
  return {
    phases,
    total: ofFile.length,
    isLast: rest.length === phases.length,
    times: times.map((time) => wallText(time)),
    durations: mergedTimes(spans).map((span) => ({ ...span, time: wallText(span.time) })),
    cells: cells.map((cell) => ({ ...cell, time: wallText(cell.time) })),
  };
}

/** A query at a time for so many records, so that others go between. */
async function cellsOf(
  phaseIds: readonly number[],
  { from, until, by }: { readonly from: number; readonly until: number; readonly by: GridAsked["by"] },
  reads: WorkflowQueries,
): Promise<Grid> {
  const span = { from: wallOf(from), until: wallOf(until) };
  const sizes = await reads.gridSizes({ phaseIds, ...span, max: MAX_RECORDS + 1 });
  if (sizes.reduce((sum, rows) => sum + rows, 0) > MAX_RECORDS) throw tooLarge();
  const cells: GridCell[] = [];
  const times: GridTime[] = [];
  const read = async (ids: readonly number[], part: typeof span): Promise<void> => {
    const found = await reads.grid({ phaseIds: ids, ...part, by });
    for (const cell of found.cells) cells.push(cell);
    for (const time of found.times) times.push(time);
    if (cells.length > MAX_CELLS) throw tooLarge();
  };
  let group: number[] = [];
  let rows = 0;
  for (const [index, id] of phaseIds.entries()) {
    const size = sizes[index] ?? 0;
    if (rows + size > RECORDS_A_QUERY) {
      await read(group, span);
      [group, rows] = [[], 0];
    }
    if (size > RECORDS_A_QUERY) for (const part of partsOf(from, until, size)) await read([id], part);
    else [group, rows] = [[...group, id], rows + size];
  }
  await read(group, span);
  return { cells, times };
}

/** Those of several queries as one, in order. */
function mergedTimes(times: readonly GridTime[]): readonly GridTime[] {
  const merged = new Map<WallMs, GridTime>();
  for (const span of times) {
    const { time, began_at: began, ended_at: ended } = span;
    const known = merged.get(time);
    merged.set(
      time,
      known === undefined
        ? span
        : {
            time,
            began_at: Math.min(known.began_at, began),
            ended_at: known.ended_at === null || ended === null ? null : Math.max(known.ended_at, ended),
          },
    );
  }
  return [...merged.values()].toSorted((a, b) => digitsOf(a.time) - digitsOf(b.time));
}

/** Whole days, which no cell spans, each with about as many records as one query reads. */
function partsOf(from: number, until: number, size: number): readonly { from: WallMs; until: WallMs }[] {
  const days = Math.max(1, Math.floor((until - from) / DAY / Math.ceil(size / RECORDS_A_QUERY)));
  const parts = [];
  for (let at = from; at < until; at += days * DAY)
    parts.push({ from: wallOf(at), until: wallOf(Math.min(until, at + days * DAY)) });
  return parts;
}

function tooLarge(): DomainError {
  return new DomainError(
    "invalid",
    "grid_too_large",
    `There are more than ${MAX_RECORDS} records or ${MAX_CELLS} cells: ask for fewer days or phases, or by=day.`,
  );
}

function dayOf(field: string, text: string): number {
  const day = parseInstant(`${text}T00:00:00Z`);
  if (day !== null) return day;
  throw new DomainError("invalid", "span", `${field} is not a day that Flowlord can use: write it as in 2026-01-31.`);
}
