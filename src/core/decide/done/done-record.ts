import { parseInstant } from "../../../contract/time/instant.ts";
import type { Phase } from "../../workflow/phase.ts";
import type { DoneMessage, DoneState } from "../decider.ts";
import type { CompletedTask, DecisionCode, NewDecision, Outcome, RecordChange } from "../effects.ts";

export function workflowOf(message: DoneMessage): string {
  return message.meta.get("workflow")?.[0] ?? "";
}

/** Also of a task run by hand, or at its last attempt. */
export function completedTask(message: DoneMessage, phase: Phase | null): CompletedTask {
  const { task, taskTime } = message;
  const workflow = phase?.workflow ?? workflowOf(message);
  return { taskType: task.type, job: task.job, taskTime, taskId: task.id, workflow };
}

export function recordChange(message: DoneMessage, state: DoneState, phase: Phase | null, now: number): RecordChange {
  const { task } = message;
  const outcome: Outcome = {
    result: task.result,
    msg: task.msg,
    meta: task.meta,
    started: task.started === "" ? null : parseInstant(task.started),
    ended: task.ended === "" ? null : parseInstant(task.ended),
  };
  if (state.record !== null) {
    const closes = message.byHand === undefined ? {} : { closes: true };
    return { kind: "finish", recordId: state.record.recordId, outcome, ...closes };
  }
  return {
    kind: "insert",
    outcome,
    task: {
      message: task,
      origin: "external",
      state: "finished",
      dueAt: now,
      held: false,
      attempt: message.attempt ?? 0,
      firstAttemptId: state.candidates[0]?.firstAttemptId ?? null,
      taskTime: message.taskTime,
      phaseId: phase?.id ?? 0,
      versionId: phase?.versionId ?? 0,
      scheduledAt: null,
      position: 0,
      deadlineAt: null,
      holdsSlot: false,
      relation: null,
      decision: decision("external_task", message, phase, { phase_known: phase !== null }),
    },
  };
}

export function decision(
  code: DecisionCode,
  message: DoneMessage,
  phase: Phase | null,
  data: NewDecision["data"],
): NewDecision {
  return { code, phaseId: phase?.id ?? 0, taskTime: message.taskTime, data };
}
