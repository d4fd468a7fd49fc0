import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { ArrivalsAnswer } from "../../../../src/contract/api/files/arrivals-api.ts";
import type { fileAnalyticsAnswer } from "../../../../src/contract/api/files/file-list-api.ts";
import { get } from "../../../services/api.ts";

export type { ArrivalsAnswer };
export type ArrivalSlot = ArrivalsAnswer["slots"][number];
export type PhaseHabit = z.output<typeof fileAnalyticsAnswer>["phases"][number];

/** `phase`: `extract:clicks`, or its id; without one nothing is asked. */
export function arrivalsQuery(phase: string | undefined) {
  return queryOptions({
    queryKey: ["files", "arrivals", phase],
    queryFn: ({ signal }) => get<ArrivalsAnswer>("/api/files/arrivals", { phase }, signal),
    enabled: phase !== undefined,
    staleTime: 30_000,
  });
}

/** The first hundred phases of which a file ever came: when files of each usually come, and which are missing. */
export const habitsQuery = queryOptions({
  queryKey: ["files", "habits"],
  queryFn: async ({ signal }) => {
    const since = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();
    const { phases } = await get<z.output<typeof fileAnalyticsAnswer>>(
      "/api/files/analytics",
      { since, limit: 100 },
      signal,
    );
    return phases;
  },
  staleTime: 60_000,
});
