import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { gridAnswer, gridTasksAnswer, scheduleAnswer } from "../../../../src/contract/api/workflows/plan-api.ts";
import { get } from "../../../services/api.ts";
import { POLL_MS } from "../../../services/queries.ts";
import type { Step } from "./wall-times.ts";

type GridAnswer = z.output<typeof gridAnswer>;
type ScheduleAnswer = z.output<typeof scheduleAnswer>;
export type GridPhase = GridAnswer["phases"][number];
export type GridCell = GridAnswer["cells"][number];
export type PhaseTask = z.output<typeof gridTasksAnswer>["tasks"][number];

/** What became of the task times of the phases of a file. */
export interface GridData {
  readonly phases: readonly GridPhase[];
  readonly cells: readonly GridCell[];
  readonly durations: GridAnswer["durations"];
}

export interface GridAsked {
  readonly path: string;
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  readonly step: Step;
}

/** An answer has at most 50,000 cells: so many phases are asked for at once that they fit. */
const MAX_CELLS = 50_000;
const [MAX_PAGE, MAX_PHASES] = [100, 2000];

export function gridQuery({ path, from, to, step }: GridAsked) {
  return queryOptions({
    queryKey: ["workflows", "grid", path, from, to, step],
    queryFn: async ({ signal }): Promise<GridData> => {
      const columns = ((Date.parse(to) - Date.parse(from)) / 86_400_000 + 1) * (step === "hour" ? 24 : 1);
      const limit = Math.max(1, Math.min(MAX_PAGE, Math.floor(MAX_CELLS / columns)));
      const pages: GridAnswer[] = [];
      let cursor: string | null = null;
      do {
        const page: GridAnswer = await get("/api/workflows/grid", { path, from, to, by: step, limit, cursor }, signal);
        pages.push(page);
        cursor = page.pagination.next_cursor;
      } while (cursor !== null && pages.length * limit < MAX_PHASES);
      return {
        phases: pages.flatMap((page) => page.phases),
        cells: pages.flatMap((page) => page.cells),
        durations: merged(pages.flatMap((page) => page.durations)),
      };
    },
    staleTime: POLL_MS,
    refetchInterval: POLL_MS,
  });
}

/** Each page has those of its phases. */
function merged(spans: GridData["durations"]): GridData["durations"] {
  const times = new Map<string, GridData["durations"][number]>();
  for (const span of spans) {
    const known = times.get(span.time);
    if (known === undefined) times.set(span.time, span);
    else
      times.set(span.time, {
        time: span.time,
        began_at: known.began_at < span.began_at ? known.began_at : span.began_at,
        ended_at:
          known.ended_at === null || span.ended_at === null
            ? null
            : known.ended_at > span.ended_at
              ? known.ended_at
              : span.ended_at,
      });
  }
  return [...times.values()].toSorted((a, b) => (a.time < b.time ? -1 : 1));
}

/** The tasks of a phase in a span of task times: `from` inclusive, `until` exclusive. */
export function phaseTasksQuery(phase: number, from: string, until: string) {
  return queryOptions({
    queryKey: ["tasks", "grid", phase, from, until],
    queryFn: ({ signal }) =>
      get<z.output<typeof gridTasksAnswer>>("/api/workflows/grid/tasks", { phase, from, until }, signal),
  });
}

const MAX_TICKS = 500;

/** The next ticks of a file, up to then (RFC 3339). */
export function comingQuery(path: string, to: string) {
  return queryOptions({
    queryKey: ["schedule", "grid", path, to],
    queryFn: async ({ signal }) =>
      (await get<ScheduleAnswer>("/api/schedule", { path, to, limit: MAX_TICKS }, signal)).ticks,
    staleTime: 60_000,
  });
}
