import type { RetainedTable } from "../../../contract/retention/tables.ts";
import type { Statements } from "../database/connection.ts";
import { DueByTime } from "./due-by-time.ts";
import { DueHours } from "./due-hours.ts";
import { DueTasks } from "./due-tasks.ts";
import type { DueRows } from "./due.ts";

/** Of each table, how its due rows are found: the same for a cleanup and for a dry run. */
export function dueRows(statements: Statements): Readonly<Record<RetainedTable, DueRows>> {
  return {
    task_records: new DueTasks(statements),
    file_messages: new DueByTime(statements, {
      table: "file_messages",
      time: "received_at",
      ended: "max(t.received_at, ifnull(t.last_received_at, 0))",
      // It waits for more files.
      keeps: `EXISTS (SELECT 1 FROM file_pattern_matches m INDEXED BY file_pattern_matches_key
        WHERE m.file_message_id = t.id AND m.gather_key IS NOT NULL AND m.record_id IS NULL)`,
    }),
    alert_records: new DueByTime(statements, {
      table: "alert_records",
      time: "last_seen",
      ended:
        "max(t.last_seen, ifnull((SELECT c.at FROM alert_changes c WHERE c.alert_id = t.id ORDER BY c.id DESC LIMIT 1), 0))",
      keeps: "t.state <> 'resolved'",
    }),
    alert_notifications: new DueByTime(statements, {
      table: "alert_notifications",
      time: "finished_at",
      where: "t.finished_at IS NOT NULL",
      keeps: "t.state IN ('waiting', 'sending')",
    }),
    decisions: new DueByTime(statements, {
      table: "decisions",
      time: "at",
      where: "t.record_id IS NULL AND t.file_message_id IS NULL",
    }),
    dead_letters: new DueByTime(statements, {
      table: "dead_letters",
      time: "received_at",
      ended: "max(t.received_at, ifnull(t.redriven_at, 0))",
    }),
    backfills: new DueByTime(statements, {
      table: "backfills",
      time: "ended_at",
      where: "t.ended_at IS NOT NULL",
    }),
    bulk_jobs: new DueByTime(statements, {
      table: "bulk_jobs",
      time: "created_at",
      // One that was never begun is of a client that is gone.
      ended: "max(t.created_at, ifnull(t.finished_at, 0))",
      keeps: "t.state = 'running'",
    }),
    silences: new DueByTime(statements, { table: "silences", time: "ends_at", where: "t.state = 'ended'" }),
    pauses: new DueByTime(statements, { table: "pauses", time: "ended_at", where: "t.ended_at IS NOT NULL" }),
    audit_log: new DueByTime(statements, { table: "audit_log", time: "at" }),
    task_counts_hourly: new DueHours(statements, "task_counts_hourly"),
    file_counts_hourly: new DueHours(statements, "file_counts_hourly"),
  };
}
