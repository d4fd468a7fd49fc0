/** What tells a row of each archived table: its primary key. */
export const ARCHIVE_KEYS: Readonly<Record<string, readonly string[]>> = {
  task_records: ["id"],
  task_relationships: ["origin_id", "kind", "phase_id", "position"],
  decisions: ["id"],
  task_reports: ["record_id"],
  reported_paths: ["path_hash", "path"],
  notes: ["id"],
  file_messages: ["id"],
  file_pattern_matches: ["id"],
  file_near_misses: ["file_message_id", "position"],
  alert_records: ["id"],
  alert_occurrences: ["id"],
  alert_changes: ["id"],
  notified_alerts: ["channel", "alert_id"],
  alert_notifications: ["id"],
  dead_letters: ["id"],
  backfills: ["id"],
  backfill_slots: ["backfill_id", "position"],
  bulk_jobs: ["id"],
  bulk_items: ["job_id", "record_id"],
  silences: ["id"],
  pauses: ["id"],
  audit_log: ["id"],
  task_counts_hourly: ["hour", "type", "job"],
  task_timings_hourly: ["hour", "type", "job"],
  file_counts_hourly: ["phase_id", "hour"],
  file_timings_hourly: ["phase_id", "hour", "bucket"],
};

/** A view of a table's files. Of a row that is there in several versions it has the newest: the day of a row never changes. */
export function viewOf(table: string, paths: readonly string[], isEmpty: boolean): string {
  const files = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(", ");
  const from = `read_parquet([${files}], union_by_name = true, hive_partitioning = true, hive_types = {'instance': VARCHAR, 'day': DATE})`;
  const key = ["instance", "day", ...(ARCHIVE_KEYS[table] ?? [])].map((name) => `"${name}"`).join(", ");
  const newest =
    ARCHIVE_KEYS[table] === undefined
      ? ""
      : ` QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY archived_at DESC) = 1`;
  return `CREATE VIEW "${table}" AS SELECT * FROM ${from}${isEmpty ? " WHERE false" : newest}`;
}
