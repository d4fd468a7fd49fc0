import { MAX_TASK_LENGTH } from "../../contract/limits.ts";
import type { Effects, NewTask } from "./effects.ts";
import { newAlert } from "./new-alert.ts";
import type { WorkflowGraph } from "../workflow/phase.ts";

/** Drops the tasks whose results could not be read; each leaves a decision, and an alert of its phase. */
export function withoutTooLarge<E extends Effects>(effects: E, graph: WorkflowGraph): E {
  if (!effects.tasks.some(isTooLarge)) return effects;
  const refused = effects.tasks.filter(isTooLarge);
  const tasks = effects.tasks.filter((task) => !isTooLarge(task));
  const alerts = [...effects.alerts];
  const decisions = [...effects.decisions];
  for (const { phaseId, taskTime, message } of refused) {
    const phase = graph.byId.get(phaseId) ?? null;
    const { type: taskType, job } = message;
    const length = lengthOf(message);
    decisions.push({ code: "task_too_large", phaseId, taskTime, data: { length, limit: MAX_TASK_LENGTH } });
    const text = `a task of ${length} characters was not made, at most ${MAX_TASK_LENGTH} can be handled: gather fewer files, or pass less meta`;
    alerts.push(newAlert("task_too_large", text, { phase, taskType, job, cause: "task_too_large" }));
  }
  return { ...effects, tasks, alerts, decisions };
}

function isTooLarge({ message }: NewTask): boolean {
  return lengthOf(message) > MAX_TASK_LENGTH;
}

function lengthOf({ info, meta }: NewTask["message"]): number {
  return info.length + meta.length;
}
