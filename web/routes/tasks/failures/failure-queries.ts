import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { failuresAnswer, tasksAnswer } from "../../../../src/contract/api/tasks/task-list-api.ts";
import { get } from "../../../services/api.ts";

type FailuresAnswer = z.output<typeof failuresAnswer>;
export type FailureGroup = FailuresAnswer["groups"][number];

interface Narrowed {
  readonly query: string;
  readonly tz: string;
}

const MOST_GROUPS = 100;
const NEWEST = 10;

/** Failures by what went wrong, the most frequent first. */
export function failuresQuery(asked: Narrowed) {
  return queryOptions({
    queryKey: ["tasks", "failures", asked],
    queryFn: ({ signal }) => get<FailuresAnswer>("/api/tasks/failures", { ...asked, limit: MOST_GROUPS }, signal),
  });
}

/** The newest of a group. */
export function membersQuery(asked: Narrowed) {
  return queryOptions({
    queryKey: ["tasks", "members", asked],
    queryFn: async ({ signal }) => {
      const { tasks } = await get<z.output<typeof tasksAnswer>>("/api/tasks", { ...asked, limit: NEWEST }, signal);
      return tasks;
    },
  });
}
