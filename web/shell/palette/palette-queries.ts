import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { alertsAnswer } from "../../../src/contract/api/alerts/alert-api.ts";
import type { filesAnswer } from "../../../src/contract/api/files/file-list-api.ts";
import type { tasksAnswer } from "../../../src/contract/api/tasks/task-list-api.ts";
import { ApiError, get } from "../../services/api.ts";

/** Rows of a group. */
const FOUND = 5;

/** A text that is no query finds nothing. */
async function orNone<T>(found: Promise<T>, none: T): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof ApiError && error.status === 400) return none;
    throw error;
  }
}

const cached = { staleTime: 10_000, gcTime: 60_000 };

export function foundTasksQuery(text: string) {
  return queryOptions({
    ...cached,
    queryKey: ["tasks", "palette", text],
    queryFn: async ({ signal }) => {
      const found = get<Pick<z.output<typeof tasksAnswer>, "tasks">>(
        "/api/tasks",
        { query: text, limit: FOUND },
        signal,
      );
      return (await orNone(found, { tasks: [] })).tasks;
    },
  });
}

export function foundAlertsQuery(text: string) {
  return queryOptions({
    ...cached,
    queryKey: ["alerts", "palette", text],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof alertsAnswer>>("/api/alerts", { text, state: "unresolved", limit: FOUND }, signal))
        .alerts,
  });
}

export function foundFilesQuery(text: string) {
  return queryOptions({
    ...cached,
    queryKey: ["files", "palette", text],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof filesAnswer>>("/api/files", { path: `*${text}*`, limit: FOUND }, signal)).files,
  });
}
