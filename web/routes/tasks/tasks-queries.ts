import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  facetsAnswer,
  histogramAnswer,
  runningAnswer,
  selectTasksAnswer,
  tasksAnswer,
} from "../../../src/contract/api/tasks/task-list-api.ts";
import { change, get } from "../../services/api.ts";
import { queryClock } from "../../services/time/zone.ts";
import { drawnOf } from "./range/range.ts";

type TasksAnswer = z.output<typeof tasksAnswer>;
type HistogramAnswer = z.output<typeof histogramAnswer>;
type RunningAnswer = z.output<typeof runningAnswer>;
export type ShownTask = TasksAnswer["tasks"][number];
export type RunningTask = RunningAnswer["tasks"][number];
export type Facets = z.output<typeof facetsAnswer>;
export type Buckets = HistogramAnswer["buckets"];

export interface TasksAsked {
  readonly query: string;
  readonly sort: string;
  readonly tz: string;
}

const PAGE = 200;

/** Page by page: each says where the next begins. */
export function tasksQuery(asked: TasksAsked) {
  return infiniteQueryOptions({
    queryKey: ["tasks", "list", asked],
    queryFn: ({ pageParam, signal }) =>
      get<TasksAnswer>("/api/tasks", { ...asked, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
  });
}

type Narrowed = Omit<TasksAsked, "sort">;

export function facetsQuery({ query, tz }: Narrowed) {
  return queryOptions({
    queryKey: ["tasks", "facets", { query, tz }],
    queryFn: ({ signal }) => get<Facets>("/api/tasks/facets", { query, tz }, signal),
  });
}

interface Total {
  readonly count: number;
  readonly isExact: boolean;
}

/** How many records match: of what is not the list itself, and may be some seconds old. */
export function countQuery({ query, tz }: Narrowed) {
  return queryOptions({
    queryKey: ["task-count", { query, tz }],
    queryFn: async ({ signal }): Promise<Total> => {
      // Counters know the total of some queries, counts of hours that of others; the rest is counted as far as that goes.
      const { pagination } = await get<TasksAnswer>("/api/tasks", { query, tz, limit: 1 }, signal);
      if (pagination.total_is === "exact") return { count: pagination.total, isExact: true };
      const drawn = drawnOf(query, queryClock(Date.now(), tz));
      if (drawn.isCounted && drawn.isExact) {
        const { from, until, by } = drawn;
        const span = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
        const { total } = await get<HistogramAnswer>(
          "/api/tasks/histogram",
          { query: drawn.query, tz, by, ...span },
          signal,
        );
        return { count: total, isExact: true };
      }
      const { total, total_is: is } = await get<Facets>("/api/tasks/facets", { query, tz }, signal);
      return { count: total, isExact: is === "exact" };
    },
    staleTime: 15_000,
  });
}

/** The newest that matches; null: none does. */
export function newestQuery({ query, tz }: Narrowed) {
  return queryOptions({
    queryKey: ["tasks", "newest", { query, tz }],
    queryFn: async ({ signal }) => {
      const { tasks } = await get<TasksAnswer>("/api/tasks", { query, tz, limit: 1 }, signal);
      return tasks[0] ?? null;
    },
  });
}

interface HistogramAsked extends Narrowed {
  readonly from: number;
  readonly until: number;
  readonly by: "minute" | "hour" | "day";
}

export function histogramQuery({ from, until, ...asked }: HistogramAsked) {
  const span = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
  return queryOptions({
    queryKey: ["tasks", "histogram", { ...asked, ...span }],
    queryFn: ({ signal }) => get<HistogramAnswer>("/api/tasks/histogram", { ...asked, ...span }, signal),
  });
}

/** By record: progress, worker and the words of what runs. */
export const runningQuery = queryOptions({
  queryKey: ["running", "rows"],
  queryFn: async ({ signal }) => {
    const { tasks } = await get<RunningAnswer>("/api/running", { limit: 1000 }, signal);
    return new Map(tasks.map((task) => [task.record_id, task]));
  },
});

/** The newest record of each task that matches now, at most 100,000: what an action on the query would act on. */
export async function selectAll(asked: Narrowed): Promise<readonly number[]> {
  const { record_ids: ids } = await change<z.output<typeof selectTasksAnswer>>("POST", "/api/tasks/select", asked);
  return ids;
}
