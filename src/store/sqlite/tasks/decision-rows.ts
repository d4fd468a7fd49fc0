import type { DecisionRow } from "../../../core/why/explain.ts";

/** Decisions with the names of their phases; `d` is the alias of `decisions`. */
export const DECISION_COLUMNS = `d.id, d.at, d.code, d.phase_id, d.task_time, d.data, wp.task, wf.name AS workflow`;
export const DECISION_PHASE =
  "LEFT JOIN workflow_phases wp ON wp.id = d.phase_id LEFT JOIN workflow_files wf ON wf.id = wp.file_id";

export type DecisionRaw = Omit<DecisionRow, "phase" | "data"> & {
  readonly data: string;
  readonly task: string | null;
  readonly workflow: string | null;
};

/** Drops the other columns that the statement reads. */
export function decisionRow({ id, at, code, phase_id, task_time, task, workflow, data }: DecisionRaw): DecisionRow {
  const phase = task === null || workflow === null ? null : { task, workflow };
  return { id, at, code, phase_id, phase, task_time, data: JSON.parse(data) as DecisionRow["data"] };
}
