import { parseJobAct, type JobAnswer, type JobRequest } from "../../contract/api/task-control-api.ts";
import type { ActedTask, BulkStep } from "../../store/by-hand-store.ts";
import type { EngineContext } from "../context.ts";
import { cancelByHand, GROUP, markTasks, retryAsCurrent, retryTasks } from "./act-on-tasks.ts";

/** There is no such job, or a new one does not say what it does. */
export class UnknownJobError extends Error {
  readonly code = "unknown_job";

  constructor(id: number | null) {
    super(id === null ? "a new job needs act: what it does to its tasks" : `there is no job ${id}`);
    this.name = "UnknownJobError";
  }
}

/** Adds tasks to a job, lets it begin, or tells how far it is. Throws UnknownJobError. */
export async function bulkJob({ id, act, ids, begin }: JobRequest, context: EngineContext): Promise<JobAnswer> {
  if (id === null && act === null) throw new UnknownJobError(null);
  const { runtime, store } = context;
  const request = act === null ? "" : JSON.stringify(act);
  const job = await store.byHand.addToJob({ id, request, begins: begin }, ids, runtime.now());
  if (job === null) throw new UnknownJobError(id);
  return { ...job, refusals: [...job.refusals] };
}

/** One step of the oldest job. True: there may be more to do. */
export async function advanceJobs(context: EngineContext): Promise<boolean> {
  const step = await context.store.byHand.nextOfJob(GROUP, context.runtime.now());
  if (step === null) return false;
  await act(step, context);
  return true;
}

function act({ id, request, recordIds }: BulkStep, context: EngineContext): Promise<readonly ActedTask[]> {
  const asked = parseJobAct(request);
  const { by, reason } = asked;
  switch (asked.kind) {
    case "retry": {
      const { children: withChildren, info, meta, as } = asked;
      const edit = info === null && meta === null ? null : { info, meta: meta ?? "" };
      const retry = as === "current" && edit === null ? retryAsCurrent : retryTasks;
      return retry(recordIds, { by, reason, withChildren, edit }, context, id);
    }
    case "cancel":
      return cancelByHand(recordIds, { by, reason, withChildren: asked.children }, context, id);
    case "mark":
      return markTasks(recordIds, { by, reason, result: asked.result }, context, id);
  }
}
