import type { RetainedTable } from "../../../contract/retention/tables.ts";

/** Rows of a table that go with a row of another: the same for a cleanup and for a dry run. */
export interface Belonging {
  readonly table: string;
  readonly condition: string;
  /** How the rows of one owner are numbered, where there may be very many: they go in parts. */
  readonly key?: string;
}

/** Relationships of a record; most are of two records, and go with the first of them. */
export const RELATIONSHIPS: readonly (Belonging & { readonly name: string })[] = [
  { name: "task_relationships", table: "task_relationships", condition: "origin_id = ?" },
  // The parents in other runs.
  { name: "joined", table: "task_relationships", condition: "child_id = ? AND kind = 'join'" },
  { name: "files", table: "task_relationships", condition: "child_id = ? AND kind = 'file'" },
];

/** Of a record and its parent: the relationship between them, which is in the same run. */
export const AS_CHILD = "child_id = ? AND origin_id = (SELECT first_attempt_id FROM task_records WHERE id = ?)";

/** Of a record, besides its relationships and joins, which others share. */
export const OF_TASK: readonly Belonging[] = [
  { table: "decisions", condition: "record_id = ? AND record_id IS NOT NULL" },
  // Of alerts that are resolved: others keep their tasks.
  { table: "alert_occurrences", condition: "record_id = ? AND record_id IS NOT NULL" },
  { table: "task_reports", condition: "record_id = ?" },
  { table: "reported_paths", condition: "record_id = ?" },
  { table: "task_failures", condition: "record_id = ?" },
  { table: "notes", condition: "target = 'task' AND target_id = ?" },
  { table: "task_search", condition: "rowid = ?" },
];

const FILES: readonly Belonging[] = [
  { table: "file_pattern_matches", condition: "file_message_id = ?" },
  { table: "file_near_misses", condition: "file_message_id = ?" },
  // Those about a task too are the task's.
  { table: "decisions", condition: "file_message_id = ? AND file_message_id IS NOT NULL AND record_id IS NULL" },
  { table: "notes", condition: "target = 'file' AND target_id = ?" },
];

const ALERTS: readonly Belonging[] = [
  { table: "alert_occurrences", condition: "alert_id = ?", key: "id" },
  { table: "alert_changes", condition: "alert_id = ?", key: "id" },
  { table: "notified_alerts", condition: "alert_id = ?" },
  { table: "notes", condition: "target = 'alert' AND target_id = ?" },
];

/** Of a row, or an hour, of the other tables. */
export const BELONGING: Readonly<Partial<Record<RetainedTable, readonly Belonging[]>>> = {
  file_messages: FILES,
  alert_records: ALERTS,
  backfills: [{ table: "backfill_slots", condition: "backfill_id = ?", key: "position" }],
  bulk_jobs: [{ table: "bulk_items", condition: "job_id = ?", key: "record_id" }],
  task_counts_hourly: [{ table: "task_timings_hourly", condition: "hour = ?" }],
  file_counts_hourly: [{ table: "file_timings_hourly", condition: "hour = ?" }],
};

/** The column by which a table's rows are found: all counters of an hour are one owner. */
export function ownerColumn(table: RetainedTable): "hour" | "id" {
  return table === "task_counts_hourly" || table === "file_counts_hourly" ? "hour" : "id";
}
