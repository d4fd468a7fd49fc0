import type {
  ActedTasks,
  CancelTasksRequest,
  JobAnswer,
  JobRequest,
  MarkTasksRequest,
  RetryTasksRequest,
} from "../../contract/api/tasks/task-control-api.ts";
import type { ActedTask } from "../../store/by-hand-store.ts";
import { advanceJobs, bulkJob } from "./bulk-jobs.ts";
import type { EngineContext } from "../context.ts";
import {
  cancelByHand,
  compareTasks,
  markTasks,
  retryAsCurrent,
  retryTasks,
  type ComparedTask,
} from "./act-on-tasks.ts";

/** What people do with tasks; each resolves when it is committed. */
export interface TaskControl {
  retry(request: RetryTasksRequest): Promise<ActedTasks>;
  cancel(request: CancelTasksRequest): Promise<ActedTasks>;
  mark(request: MarkTasksRequest): Promise<ActedTasks>;
  job(request: JobRequest): Promise<JobAnswer>;
}

/** `advances`: no loop of this process advances the jobs, so each request does. */
export function taskControl(context: EngineContext, advances = false): TaskControl {
  return {
    job: async (request) => {
      if (advances) await advanceJobs(context);
      return bulkJob(request, context);
    },
    retry: async ({ ids, by, reason, children: withChildren, info, meta, as, dry_run: isDry }) => {
      if (isDry) return (await compareTasks(ids, context)).map((task) => comparedAnswer(task, as));
      const edit = info === null && meta === null ? null : { info, meta: meta ?? "" };
      const retry = as === "current" && edit === null ? retryAsCurrent : retryTasks;
      return answerOf(await retry(ids, { by, reason, withChildren, edit }, context));
    },
    cancel: async ({ ids, by, reason, children: withChildren }) =>
      answerOf(await cancelByHand(ids, { by, reason, withChildren }, context)),
    mark: async ({ ids, by, reason, result }) => answerOf(await markTasks(ids, { by, reason, result }, context)),
  };
}

function comparedAnswer({ named, recorded, current }: ComparedTask, as: RetryTasksRequest["as"]): ActedTasks[number] {
  const answer = { record_id: named, changed: null, refused: null };
  if (typeof current === "string") return { ...answer, refused: as === "current" ? current : null };
  if (current.info === recorded.info && current.meta === recorded.meta) return answer;
  return { ...answer, difference: { recorded: { ...recorded }, current: { ...current } } };
}

function answerOf(results: readonly ActedTask[]): ActedTasks {
  return results.map(({ recordId, changed, refused, followed }) => ({
    record_id: recordId,
    changed,
    refused,
    ...(followed === undefined ? {} : { followed }),
  }));
}
