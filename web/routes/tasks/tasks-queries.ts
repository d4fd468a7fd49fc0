import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { facetsAnswer, tasksAnswer } from "../../../src/contract/api/tasks/task-list-api.ts";
import { get } from "../../services/api.ts";

type TasksAnswer = z.output<typeof tasksAnswer>;
export type ShownTask = TasksAnswer["tasks"][number];
export type Facets = z.output<typeof facetsAnswer>;

export interface TasksAsked {
  readonly query: string;
  readonly sort: string;
  readonly tz: string;
}

const PAGE = 100;

/** Page by page: each says where the next begins. */
export function tasksQuery(asked: TasksAsked) {
  return infiniteQueryOptions({
    queryKey: ["tasks", "list", asked],
    queryFn: ({ pageParam, signal }) =>
      get<TasksAnswer>("/api/tasks", { ...asked, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
    maxPages: 100,
  });
}

export function facetsQuery({ query, tz }: Omit<TasksAsked, "sort">) {
  return queryOptions({
    queryKey: ["tasks", "facets", { query, tz }],
    queryFn: ({ signal }) => get<Facets>("/api/tasks/facets", { query, tz }, signal),
  });
}
