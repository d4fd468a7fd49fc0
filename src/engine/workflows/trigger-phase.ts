import type { EngineContext } from "../context.ts";
import { createTask, type CreatedTask, type TaskRequest } from "../create-task.ts";
import { namedPhases, type PhaseName } from "./named-phases.ts";

/** What a person triggers of a phase. */
export type TriggerRequest = PhaseName & Omit<TaskRequest, keyof PhaseName>;

/** Creates the task of a phase in force by hand. Throws PhaseNameError, and as `createTask` does. */
export async function triggerPhase(request: TriggerRequest, context: EngineContext): Promise<readonly CreatedTask[]> {
  const [{ id: phaseId, type, job, workflow }] = await namedPhases(request, context);
  return await createTask({ ...request, phaseId, type, job, workflow }, context);
}
