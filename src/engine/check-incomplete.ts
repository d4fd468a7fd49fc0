import type { IncompleteTask } from "../core/decide/decider.ts";
import type { NewAlert, NewDecision } from "../core/decide/effects.ts";
import { newAlert } from "../core/decide/new-alert.ts";
import type { Phase } from "../core/workflow/phase.ts";
import { isCapped } from "../core/decide/slots.ts";
import type { EngineContext } from "./context.ts";

const GROUP = 500;

/** Tasks past their deadline without a result become `overdue` and raise one alert each. Returns whether more are left. */
export async function checkIncomplete(context: EngineContext): Promise<boolean> {
  const now = context.runtime.now();
  const graph = context.graph();
  const { expired } = await context.store.expireTasks(now, GROUP, (task) => {
    const phase = graph.byId.get(task.phaseId);
    const data = { deadline: task.deadlineAt, ...(keepsSlot(task, phase ?? null) ? { holds_slot: true } : {}) };
    const decisions: NewDecision[] = [{ code: "incomplete", phaseId: task.phaseId, taskTime: task.taskTime, data }];
    if (phase?.rule.noAlert === true) {
      decisions.push({
        code: "alert_suppressed",
        phaseId: task.phaseId,
        taskTime: task.taskTime,
        data: { by: "no_alert", type: "incomplete" },
      });
      return { alerts: [], decisions };
    }
    return { alerts: [incompleteAlert(task, phase ?? null)], decisions };
  });
  return expired === GROUP;
}

/** Whether the task keeps a slot that another one waits for, or that stops a tick. */
function keepsSlot(task: IncompleteTask, phase: Phase | null): boolean {
  return task.holdsSlot === 1 && phase !== null && isCapped(phase);
}

function incompleteAlert(task: IncompleteTask, phase: Phase | null): NewAlert {
  const slot = keepsSlot(task, phase) ? "; it keeps its slot until it ends or is cancelled" : "";
  return newAlert("incomplete", `INCOMPLETE: unfinished task detected${slot}`, {
    phase,
    taskId: task.taskId,
    taskType: task.type,
    job: task.job,
    taskTime: task.taskTime,
    taskCreated: task.created,
    labels: task.meta,
    phaseId: task.phaseId,
  });
}
