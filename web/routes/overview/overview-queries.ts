import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { scheduleAnswer } from "../../../src/contract/api/workflows/plan-api.ts";
import { get } from "../../services/api.ts";

/** The next ticks, as many as an answer has. */
export const ticksQuery = queryOptions({
  queryKey: ["schedule", "next"],
  queryFn: async ({ signal }) =>
    (await get<z.output<typeof scheduleAnswer>>("/api/schedule", { limit: 500 }, signal)).ticks,
  staleTime: 30_000,
});
