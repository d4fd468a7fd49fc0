import { inWorkingOrder } from "../../core/task/under-way.ts";
import type { RunningRequest, RunningTask } from "../../store/running-tasks.ts";
import type { ReadStore } from "../../store/store.ts";

/** The tasks that workers have: those that run, by worker, then those that were sent. */
export async function listRunning(
  { limit, ...filter }: RunningRequest,
  { running }: Pick<ReadStore, "running">,
): Promise<{ readonly tasks: readonly RunningTask[]; readonly isMore: boolean }> {
  const found = inWorkingOrder(await running.tasks({ ...filter, limit: limit + 1 }));
  return { tasks: found.slice(0, limit), isMore: found.length > limit };
}
