import { taskZone } from "../workflows/phase-zones.ts";

/**
 * Columns of a `LineageTask`; `r` is the alias of its record. A record does not store the kind of its relationship; it is
 * looked up in `task_relationships`, whose key is known but for the kind.
 */
export const LINEAGE_COLUMNS = `r.id AS record_id, r.task_id AS id, r.type, r.job, r.state, r.result, substr(r.msg, 1, 200) AS msg,
  r.origin, r.attempt, r.first_attempt_id, r.parent_id, r.phase_id, r.version_id, r.workflow, r.task_time, r.created,
  r.decided_at, r.due_at, r.started, r.ended, r.finished_at,
  (SELECT f.retry FROM workflow_phases f WHERE f.id = r.phase_id) AS retries,
  ${taskZone("r.phase_id", "r.decided_at")},
  (SELECT k.kind FROM task_records p CROSS JOIN task_relationships k ON k.origin_id = p.first_attempt_id
     AND k.kind IN ('triggered', 'join', 'retry', 'failed_retry', 'file', 'backfill')
     AND k.phase_id = r.phase_id AND k.position IN (r.position, r.attempt)
   WHERE p.id = r.parent_id AND k.child_id = r.id LIMIT 1) AS kind`;
