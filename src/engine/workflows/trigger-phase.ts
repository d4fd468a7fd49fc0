import type { EngineContext } from "../context.ts";
import { createTask, type CreatedTask, plannedTasks, type TaskRequest, withoutSecrets } from "../create-task.ts";
import { taskTimeText } from "../task-time-text.ts";
import { namedPhases, type PhaseName } from "./named-phases.ts";

/** What a person triggers of a phase. */
export type TriggerRequest = PhaseName & Omit<TaskRequest, keyof PhaseName>;

/** Creates the task of a phase in force by hand. Throws PhaseNameError, and as `createTask` does. */
export async function triggerPhase(request: TriggerRequest, context: EngineContext): Promise<readonly CreatedTask[]> {
  const [{ id: phaseId, type, job, workflow }] = await namedPhases(request, context);
  return await createTask({ ...request, phaseId, type, job, workflow }, context);
}

/** Of a task that is not made. */
export interface PreviewedTask {
  readonly info: string;
  readonly meta: string;
  readonly taskTime: string | null;
}

/** Tasks that a preview shows. */
const SHOWN = 20;

/** What `triggerPhase` would make, with `x` for what is random. Throws as it does. */
export async function previewTrigger(
  request: Omit<TriggerRequest, "by">,
  context: EngineContext,
): Promise<{ readonly tasks: readonly PreviewedTask[]; readonly total: number }> {
  const [{ id: phaseId, type, job, workflow, rule }] = await namedPhases(request, context);
  const { runtime } = context;
  const preview = { ...context, runtime: { ...runtime, newId: () => "", shortId: () => "xxxxxxxx" } };
  const asked = { ...request, phaseId, type, job, workflow, by: "" };
  const { phase, tasks } = await plannedTasks(asked, runtime.now(), preview);
  const shown = withoutSecrets(phase, request.meta);
  return {
    tasks: tasks.slice(0, SHOWN).map(({ message, taskTime }) => ({
      info: shown(message.info),
      meta: shown(message.meta),
      taskTime: taskTimeText(taskTime, rule.timezone, runtime.zone),
    })),
    total: tasks.length,
  };
}
