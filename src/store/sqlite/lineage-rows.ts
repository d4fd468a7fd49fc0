import type { WhyDecision } from "../../core/why-facts.ts";

/**
 * Columns of a `LineageTask`, of the record that the statement calls `r`. A record does not say how it came from its
 * parent; the key of `task_relationships` does, and is known but for the kind.
 */
export const LINEAGE_COLUMNS = `r.id AS record_id, r.task_id AS id, r.type, r.job, r.state, r.result, substr(r.msg, 1, 200) AS msg,
  r.origin, r.attempt, r.first_attempt_id, r.parent_id, r.phase_id, r.version_id, r.workflow, r.task_time, r.created,
  r.decided_at, r.due_at, r.started, r.ended, r.finished_at,
  (SELECT k.kind FROM task_records p CROSS JOIN task_relationships k ON k.origin_id = p.first_attempt_id
     AND k.kind IN ('triggered', 'join', 'retry', 'failed_retry', 'file', 'backfill')
     AND k.phase_id = r.phase_id AND k.position IN (r.position, r.attempt)
   WHERE p.id = r.parent_id AND k.child_id = r.id LIMIT 1) AS kind`;

/** Decisions with the names of their phases; the statement calls the decision `d`. */
export const DECISION_COLUMNS = `d.id, d.at, d.code, d.phase_id, d.task_time, d.data, wp.task, wf.name AS workflow`;
export const DECISION_PHASE =
  "LEFT JOIN workflow_phases wp ON wp.id = d.phase_id LEFT JOIN workflow_files wf ON wf.id = wp.file_id";

export type DecisionRaw = Omit<WhyDecision, "phase" | "data"> & {
  readonly data: string;
  readonly task: string | null;
  readonly workflow: string | null;
};

export function decisionRow(raw: DecisionRaw): WhyDecision {
  const { task, workflow, data, ...row } = raw;
  const phase = task === null || workflow === null ? null : { task, workflow };
  return { ...row, phase, data: JSON.parse(data) as WhyDecision["data"] };
}
