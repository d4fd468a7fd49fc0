import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { databaseHistoryAnswer, healthHistoryAnswer } from "../../../../src/contract/api/instance/history-api.ts";
import { get } from "../../../services/api.ts";

type HealthAnswer = z.output<typeof healthHistoryAnswer>;
export type Step = HealthAnswer["steps"][number];
export type SizeHistory = z.output<typeof databaseHistoryAnswer>;

/** `step` in seconds. Of a past time it does not change. */
export function healthHistoryQuery(from: number, until: number, step: number, isPast: boolean) {
  return queryOptions({
    queryKey: ["history", "health", from, until, step],
    queryFn: ({ signal }) =>
      get<HealthAnswer>(
        "/api/health/history",
        { from: new Date(from).toISOString(), until: new Date(until).toISOString(), step },
        signal,
      ),
    refetchInterval: isPast ? false : 60_000,
    staleTime: isPast ? 600_000 : 30_000,
    placeholderData: keepPreviousData,
  });
}

export const sizeHistoryQuery = queryOptions({
  queryKey: ["history", "sizes"],
  queryFn: ({ signal }) => get<SizeHistory>("/api/database/history", { days: 90 }, signal),
  staleTime: 600_000,
});
