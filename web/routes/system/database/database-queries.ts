import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  CleanupAnswer,
  cleanupsAnswer,
  retentionAnswer,
} from "../../../../src/contract/api/instance/retention-api.ts";
import { change, get } from "../../../services/api.ts";

export const retentionQuery = queryOptions({
  queryKey: ["database", "retention"],
  queryFn: ({ signal }) => get<z.output<typeof retentionAnswer>>("/api/retention", {}, signal),
  staleTime: 60_000,
});

export const cleanupsQuery = queryOptions({
  queryKey: ["database", "cleanups"],
  queryFn: ({ signal }) => get<z.output<typeof cleanupsAnswer>>("/api/cleanup", { limit: 20 }, signal),
  staleTime: 60_000,
});

/** Asked again while it runs. */
export function cleanupQuery(id: number | null) {
  return queryOptions({
    queryKey: ["database", "cleanups", id],
    queryFn: ({ signal }) => get<CleanupAnswer>(`/api/cleanup/${id}`, {}, signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 500 : false),
  });
}

/** Counts what is due, or deletes it. */
export function cleanUp(isCount: boolean): Promise<CleanupAnswer> {
  return change<CleanupAnswer>("DELETE", `/api/cleanup?dry_run=${isCount}`);
}

/** Rows of the tables, and of others that belong to them. */
export function rowsOf({ tables }: CleanupAnswer): number {
  return tables.reduce(
    (sum, { deleted, belonging }) => sum + deleted + Object.values(belonging).reduce((all, one) => all + one, 0),
    0,
  );
}
