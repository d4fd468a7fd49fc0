import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { deadLettersAnswer } from "../../../../src/contract/api/dead-letter-api.ts";
import type { metricsAnswer } from "../../../../src/contract/api/instance/metrics-api.ts";
import type { workersAnswer } from "../../../../src/contract/api/tasks/worker-api.ts";
import { get } from "../../../services/api.ts";

export type MetricsAnswer = z.output<typeof metricsAnswer>;
type WorkersAnswer = z.output<typeof workersAnswer>;
export type Worker = WorkersAnswer["workers"][number];
type DeadLettersAnswer = z.output<typeof deadLettersAnswer>;

/** Figures that no event announces are asked for again this often, while the page is seen. */
export const POLL_MS = 15_000;

export const metricsQuery = queryOptions({
  queryKey: ["health", "metrics"],
  queryFn: ({ signal }) => get<MetricsAnswer>("/api/metrics", {}, signal),
  refetchInterval: POLL_MS,
});

export const workersQuery = queryOptions({
  queryKey: ["health", "workers"],
  queryFn: ({ signal }) => get<WorkersAnswer>("/api/workers", { limit: 500 }, signal),
  refetchInterval: POLL_MS,
});

export const deadLettersQuery = queryOptions({
  queryKey: ["health", "dead letters"],
  queryFn: ({ signal }) => get<DeadLettersAnswer>("/api/dead-letters", { limit: 20 }, signal),
  refetchInterval: 60_000,
});
