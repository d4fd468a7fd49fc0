import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { SummaryAnswer } from "../../../../src/contract/api/instance/summary-api.ts";
import type { tasksAnswer } from "../../../../src/contract/api/tasks/task-list-api.ts";
import type { issuesAnswer, workflowsAnswer } from "../../../../src/contract/api/workflows/workflow-api.ts";
import { get } from "../../../services/api.ts";

type TasksAnswer = z.output<typeof tasksAnswer>;
export type FirstTask = TasksAnswer["tasks"][number];
export type Workflow = z.output<typeof workflowsAnswer>["workflows"][number];
export type Issue = z.output<typeof issuesAnswer>["issues"][number];

/** An instance with more tasks is past its first steps. */
const FEW = 50;
/** Files may change without a live event reaching the page; a person waits for these. */
const EVERY_MS = 3000;

/** The newest tasks of all times; null: there are more than a few. */
const firstTasksQuery = queryOptions({
  queryKey: ["tasks", "first"],
  queryFn: async ({ signal }) => {
    const { tasks, pagination } = await get<TasksAnswer>("/api/tasks", { limit: FEW }, signal);
    return pagination.next_cursor === null ? tasks : null;
  },
  refetchInterval: EVERY_MS,
});

export const firstWorkflowsQuery = queryOptions({
  queryKey: ["workflows", "first"],
  queryFn: async ({ signal }) =>
    (await get<z.output<typeof workflowsAnswer>>("/api/workflows", { limit: 20 }, signal)).workflows,
  refetchInterval: EVERY_MS,
});

export const firstIssuesQuery = queryOptions({
  queryKey: ["workflows", "first-issues"],
  queryFn: async ({ signal }) =>
    (await get<z.output<typeof issuesAnswer>>("/api/workflows/issues", { limit: 20 }, signal)).issues,
  refetchInterval: EVERY_MS,
});

export interface FirstSteps {
  readonly isShown: boolean;
  readonly tasks: readonly FirstTask[];
  readonly leave: () => void;
}

/** Whether this is an instance without a result yet. Once shown, the steps stay until the person goes on. */
export function useFirstSteps(summary: SummaryAnswer | undefined): FirstSteps {
  const [stage, setStage] = useState<"unknown" | "shown" | "left">("unknown");
  const mayBe = summary !== undefined && summary.task_summary.total <= FEW && stage !== "left";
  const { data: tasks } = useQuery({ ...firstTasksQuery, enabled: mayBe || stage === "shown" });
  const isFresh = mayBe && tasks !== undefined && tasks !== null && tasks.every(({ state }) => state !== "finished");
  if (isFresh && stage === "unknown") setStage("shown");
  return { isShown: stage === "shown" || isFresh, tasks: tasks ?? [], leave: () => setStage("left") };
}
