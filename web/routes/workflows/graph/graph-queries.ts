import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { graphAnswer } from "../../../../src/contract/api/workflows/plan-api.ts";
import type { issuesAnswer } from "../../../../src/contract/api/workflows/workflow-api.ts";
import { get } from "../../../services/api.ts";

export type PhaseGraph = z.output<typeof graphAnswer>;
export type GraphPhase = PhaseGraph["nodes"][number];
export type Issue = z.output<typeof issuesAnswer>["issues"][number];

/** What each phase of a file does now, and what follows what. */
export function graphQuery(path: string) {
  return queryOptions({
    queryKey: ["graph", path],
    queryFn: ({ signal }) => get<PhaseGraph>("/api/workflows/graph", { path, days: 1 }, signal),
  });
}
