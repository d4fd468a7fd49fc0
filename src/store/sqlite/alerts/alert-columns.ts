import { taskZone } from "../workflows/phase-zones.ts";

/** Of `AlertRow`. */
export const ALERT_COLUMNS = `id, type, severity, state, task_type, job, task_time, cause, workflow, message, task_id, record_id, task_created,
  count, open, created_at, last_seen, silence_id,
  CASE state WHEN 'resolved' THEN (SELECT at FROM alert_changes c WHERE c.alert_id = alert_records.id ORDER BY c.id DESC LIMIT 1) END AS resolved_at,
  ${taskZone("alert_records.phase_id", "alert_records.created_at")}`;
