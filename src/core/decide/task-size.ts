import { MAX_TASK_LENGTH } from "../../contract/limits.ts";
import type { Effects, NewTask } from "./effects.ts";
import { newAlert } from "./new-alert.ts";
import type { WorkflowGraph } from "../workflow/phase.ts";

/** Drops the tasks whose results could not be read; each leaves a decision, and an alert of its phase. */
export function withoutTooLarge<E extends Effects>(effects: E, graph: WorkflowGraph): E {
  if (!effects.tasks.some(isTooLarge)) return effects;
  const alerts = [...effects.alerts];
  const decisions = [...effects.decisions];
  for (const task of effects.tasks.filter(isTooLarge)) {
    const { phaseId, taskTime, message } = task;
    const phase = graph.byId.get(phaseId) ?? null;
    const { type: taskType, job } = message;
    const data = { length: lengthOf(task), limit: MAX_TASK_LENGTH };
    decisions.push({ code: "task_too_large", phaseId, taskTime, data });
    if (phase?.rule.noAlert === true) {
      const by = { by: "no_alert", type: "task_too_large" };
      decisions.push({ code: "alert_suppressed", phaseId, taskTime, data: by });
    } else
      alerts.push(newAlert("task_too_large", tooLargeText(task), { phase, taskType, job, cause: "task_too_large" }));
  }
  return { ...effects, tasks: effects.tasks.filter((task) => !isTooLarge(task)), alerts, decisions };
}

export function isTooLarge(task: NewTask): boolean {
  return lengthOf(task) > MAX_TASK_LENGTH;
}

/** Why it is not made, without the name of its phase. */
export function tooLargeText(task: NewTask): string {
  return `a task of ${lengthOf(task)} characters was not made, at most ${MAX_TASK_LENGTH} can be handled: put less into its info and meta`;
}

function lengthOf({ message: { info, meta } }: NewTask): number {
  return info.length + meta.length;
}
