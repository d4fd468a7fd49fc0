import { taskZone } from "../workflows/phase-zones.ts";

/** Of `AlertRow`. */
export const ALERT_COLUMNS = `id, type, severity, state, task_type, job, task_time, cause, workflow, message, task_id, record_id, task_created,
  count, open, created_at, last_seen, silence_id, ${taskZone("alert_records.phase_id", "alert_records.created_at")}`;
