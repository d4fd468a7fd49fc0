import type { AlertAnswer } from "../../../contract/api/alerts/alert-api.ts";
import { taskTimeText } from "../../../engine/task-time-text.ts";
import type { AlertRow, NotificationRow, SilenceRow } from "../../../store/alert-store.ts";
import { timeText } from "../../request-time.ts";

/** An alert for programs; `zone` is the instance's. */
export function alertOf(row: AlertRow, zone: string): AlertAnswer {
  return {
    id: row.id,
    task_id: row.task_id,
    record_id: row.record_id,
    alert_type: row.type,
    severity: row.severity,
    state: row.state,
    type: row.task_type,
    job: row.job,
    workflow: row.workflow,
    cause: row.cause,
    message: row.message,
    count: row.count,
    open: row.open,
    created_at: timeText(row.created_at),
    last_seen: timeText(row.last_seen),
    resolved_at: timeText(row.resolved_at),
    task_time: taskTimeText(row.task_time, row.task_zone, zone),
    task_zone: row.task_time === null ? null : (row.task_zone ?? zone),
    task_created: timeText(row.task_created),
    silence_id: row.silence_id,
    dashboard_link: `/alerts/${row.id}`,
  };
}

export function matcherOf({ alerts, types, jobs, workflows, severities, labels }: SilenceRow["matcher"]) {
  return {
    alerts: [...alerts],
    types: [...types],
    jobs: [...jobs],
    workflows: [...workflows],
    severities: [...severities],
    labels: { ...labels },
  };
}

export function notificationOf({ alert_ids: ids, ...row }: NotificationRow) {
  return {
    ...row,
    alert_ids: [...ids],
    next_at: timeText(row.next_at),
    created_at: timeText(row.created_at),
    due_at: timeText(row.due_at),
    finished_at: timeText(row.finished_at),
  };
}
