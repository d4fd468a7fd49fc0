import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  attemptsAnswer,
  graphAnswer,
  taskAnswer,
  whyAnswer,
} from "../../../src/contract/api/tasks/task-detail-api.ts";
import type { logSearchAnswer } from "../../../src/contract/api/tasks/task-log-api.ts";
import type { tasksAnswer } from "../../../src/contract/api/tasks/task-list-api.ts";
import type {
  FileRow,
  FindingRow,
  GraphRow,
  LinkRow,
  ReportRow,
  VersionRow,
  WhyAlertRow,
  WhyPhaseRow,
  WhyTaskRow,
} from "../../../src/contract/api/tasks/task-rows.ts";
import { get } from "../../services/api.ts";

type TaskAnswer = z.output<typeof taskAnswer>;
type LogSearch = z.output<typeof logSearchAnswer>;
type TasksAnswer = z.output<typeof tasksAnswer>;
export type Task = TaskAnswer["task"];
export type Attempt = z.output<typeof attemptsAnswer>["attempts"][number];

export type About = Omit<TaskAnswer, "links"> & { readonly links: readonly LinkRow[] };

type WhyRows = "task" | "report" | "phase" | "version" | "file" | "events" | "alerts";
export type Why = Omit<z.output<typeof whyAnswer>, WhyRows> & {
  readonly task: WhyTaskRow;
  readonly report: ReportRow | null;
  readonly phase: WhyPhaseRow | null;
  readonly version: VersionRow | null;
  readonly file: FileRow | null;
  readonly events: readonly FindingRow[];
  readonly alerts: readonly WhyAlertRow[];
};

export type Graph = Omit<z.output<typeof graphAnswer>, "tasks"> & { readonly tasks: readonly GraphRow[] };

export function taskQuery(record: number) {
  return queryOptions({
    queryKey: ["task", "about", record],
    queryFn: ({ signal }) => get<About>(`/api/tasks/${record}`, {}, signal),
  });
}

export function attemptsQuery(record: number) {
  return queryOptions({
    queryKey: ["task", "attempts", record],
    queryFn: async ({ signal }) =>
      (await get<{ attempts: Attempt[] }>(`/api/tasks/${record}/attempts`, {}, signal)).attempts,
  });
}

export function whyQuery(record: number) {
  return queryOptions({
    queryKey: ["task", "why", record],
    queryFn: ({ signal }) => get<Why>(`/api/tasks/${record}/why`, {}, signal),
  });
}

/** Also through the files that it made, or that it was made of. */
export function graphQuery(record: number) {
  return queryOptions({
    queryKey: ["task", "graph", record],
    queryFn: ({ signal }) =>
      get<Graph>(`/api/tasks/${record}/graph`, { of: "run", count: 10_000, depth: 1000 }, signal),
  });
}

/** How many of the same work are compared. */
export const RUNS = 30;

/** The last runs of the same type and job, the newest first; a retry is a run of its own. */
export function runsQuery({ type, job }: Pick<Task, "type" | "job">) {
  return queryOptions({
    queryKey: ["tasks", "runs", { type, job }],
    queryFn: async ({ signal }) => (await get<TasksAnswer>("/api/tasks", { type, job, limit: RUNS }, signal)).tasks,
    staleTime: 15_000,
  });
}

/** The records of a run, the newest first. */
export function recordsQuery(run: string) {
  return queryOptions({
    queryKey: ["task", "run", run],
    queryFn: async ({ signal }) =>
      (await get<TasksAnswer>("/api/tasks", { query: `id:${run}`, limit: 100 }, signal)).tasks,
  });
}

/** At most so many rows of a log are found. */
export const MOST_FOUND = 10_000;

/** The numbers of the rows that have the text, over the whole log. */
export function logSearchQuery(record: number, text: string) {
  return queryOptions({
    queryKey: ["log", "search", record, text],
    queryFn: async ({ signal }) => {
      const found: number[] = [];
      for (let next = { from: 0, row: 0 }, isMore = true; isMore && found.length < MOST_FOUND;) {
        const answer = await get<LogSearch>(
          `/api/tasks/${record}/log/search`,
          { text, ...next, limit: MOST_FOUND - found.length },
          signal,
        );
        found.push(...answer.rows);
        isMore = answer.until < answer.size && answer.until > next.from;
        next = { from: answer.until, row: answer.next_row };
      }
      return found;
    },
    enabled: text !== "",
    staleTime: 5000,
  });
}

/** How many tasks have this message; the newest one's time. */
export function sameMessageQuery(query: string) {
  return queryOptions({
    queryKey: ["tasks", "same", query],
    queryFn: async ({ signal }) => (await get<TasksAnswer>("/api/tasks", { query, limit: 1 }, signal)).pagination,
    staleTime: 60_000,
  });
}
