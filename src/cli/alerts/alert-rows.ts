import type { Severity } from "../../core/workflow/phase.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { AlertRow } from "../../store/alert-store.ts";
import type { Paint } from "../output/paint.ts";
import { isoTime } from "../output/times.ts";
import { isoTaskTime } from "../../core/time/iso-times.ts";

/** An alert for programs: times as RFC 3339. */
export function alertJson(
  { task_created: taskCreated, created_at: created, last_seen: lastSeen, resolved_at: resolved, ...alert }: AlertRow,
  zone: string,
): object {
  return {
    ...alert,
    ...isoTaskTime(alert, zone),
    task_created: isoTime(taskCreated),
    created_at: isoTime(created),
    last_seen: isoTime(lastSeen),
    resolved_at: isoTime(resolved),
  };
}

/** `type:job` of the task, or the cause of an alert without a task. */
export function taskOf({ task_type: type, job, cause }: Pick<AlertRow, "task_type" | "job" | "cause">): string {
  return type === "" ? cause : taskName({ type, job });
}

export function paintSeverity(paint: Paint, severity: Severity, text: string): string {
  if (severity === "critical") return paint.red(text);
  return severity === "warning" ? paint.yellow(text) : text;
}
