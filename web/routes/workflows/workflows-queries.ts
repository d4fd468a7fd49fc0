import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { loadAnswer } from "../../../src/contract/api/workflows/schedule-api.ts";
import type { workflowAnswer, workflowsAnswer } from "../../../src/contract/api/workflows/workflow-api.ts";
import type { figuresAnswer } from "../../../src/contract/api/workflows/figures-api.ts";
import { get } from "../../services/api.ts";
import { dayAfter, dayStart } from "../../services/day-start.ts";

type WorkflowsAnswer = z.output<typeof workflowsAnswer>;
export type WorkflowFile = WorkflowsAnswer["workflows"][number];
export type FilePhase = z.output<typeof workflowAnswer>["phases"][number];

type FiguresAnswer = z.output<typeof figuresAnswer>;
export type FileFigures = FiguresAnswer["workflows"][number];
export type TaskCounts = NonNullable<FileFigures["day"]>;

const PAGE = 500;
/** Figures that no event announces are asked for again this often, while the page is seen. */
const FIGURES_MS = 60_000;
/** Files that are listed; an instance has a few hundred at most. */
const MAX_FILES = 5000;

/** By path, all of them: the list has no pages. `removed`: also those that are gone. */
export function workflowsQuery(removed: boolean) {
  return queryOptions({
    queryKey: ["workflows", "list", removed],
    queryFn: async ({ signal }) => {
      const files: WorkflowFile[] = [];
      let cursor: string | null = null;
      do {
        const page: WorkflowsAnswer = await get("/api/workflows", { removed, limit: PAGE, cursor }, signal);
        files.push(...page.workflows);
        cursor = page.pagination.next_cursor;
      } while (cursor !== null && files.length < MAX_FILES);
      return files;
    },
    staleTime: 30_000,
  });
}

/** What becomes of the tasks of each file, and when the files were read. */
export const figuresQuery = queryOptions({
  queryKey: ["workflows", "figures"],
  queryFn: ({ signal }) => get<FiguresAnswer>("/api/workflows/figures", {}, signal),
  staleTime: 15_000,
  refetchInterval: FIGURES_MS,
});

/** How many ticks the day of a moment has, by the clock of the zone. */
export function ticksOfDayQuery(at: number, zone: string) {
  const from = dayStart(at, zone);
  const asked = { from: new Date(from).toISOString(), to: new Date(dayAfter(from, zone) - 1).toISOString() };
  return queryOptions({
    queryKey: ["schedule", "day", asked, zone],
    queryFn: async ({ signal }) => {
      const parameters = { ...asked, by: "day", tz: zone, phases: false };
      const { steps } = await get<z.output<typeof loadAnswer>>("/api/schedule/load", parameters, signal);
      return steps.reduce((sum, { ticks }) => sum + ticks, 0);
    },
    staleTime: 60_000,
  });
}

/** The phases in force of a file, in its order. */
export function phasesOfQuery(path: string) {
  return queryOptions({
    queryKey: ["workflows", "file", path],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof workflowAnswer>>("/api/workflows/file", { path }, signal)).phases,
    staleTime: 30_000,
  });
}
