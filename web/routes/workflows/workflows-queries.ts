import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { workflowAnswer, workflowsAnswer } from "../../../src/contract/api/workflows/workflow-api.ts";
import { get } from "../../services/api.ts";

type WorkflowsAnswer = z.output<typeof workflowsAnswer>;
export type WorkflowFile = WorkflowsAnswer["workflows"][number];
export type FilePhase = z.output<typeof workflowAnswer>["phases"][number];

const PAGE = 500;
/** Files that are listed; an instance has a few hundred at most. */
const MAX_FILES = 5000;

/** By path, all of them: the list has no pages. `removed`: also those that are gone. */
export function workflowsQuery(removed: boolean) {
  return queryOptions({
    queryKey: ["workflows", "list", removed],
    queryFn: async ({ signal }) => {
      const files: WorkflowFile[] = [];
      let cursor: string | null = null;
      do {
        const page: WorkflowsAnswer = await get("/api/workflows", { removed, limit: PAGE, cursor }, signal);
        files.push(...page.workflows);
        cursor = page.pagination.next_cursor;
      } while (cursor !== null && files.length < MAX_FILES);
      return files;
    },
    staleTime: 30_000,
  });
}

/** The phases in force of a file, in its order. */
export function phasesOfQuery(path: string) {
  return queryOptions({
    queryKey: ["workflows", "file", path],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof workflowAnswer>>("/api/workflows/file", { path }, signal)).phases,
    staleTime: 30_000,
  });
}
