import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { deadLettersAnswer } from "../../../../src/contract/api/dead-letter-api.ts";
import type { workersAnswer } from "../../../../src/contract/api/tasks/worker-api.ts";
import { get } from "../../../services/api.ts";
import { POLL_MS } from "../../../services/queries.ts";

type WorkersAnswer = z.output<typeof workersAnswer>;
export type Worker = WorkersAnswer["workers"][number];
type DeadLettersAnswer = z.output<typeof deadLettersAnswer>;

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
