import type { RetainedTable } from "../../../contract/retention/tables.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { DeletedRows } from "./deleted-rows.ts";

/** A table whose rows go with those of another. */
interface Belonging {
  readonly table: string;
  readonly condition: string;
  /** How the rows of one owner are numbered, where there may be very many: they go in parts. */
  readonly key?: string;
}

interface Part {
  readonly table: string;
  readonly statement: Statement;
  readonly isCut: boolean;
}

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

const BELONGING: Readonly<Partial<Record<RetainedTable, readonly Belonging[]>>> = {
  file_messages: FILES,
  alert_records: ALERTS,
  backfills: [{ table: "backfill_slots", condition: "backfill_id = ?", key: "position" }],
  bulk_jobs: [{ table: "bulk_items", condition: "job_id = ?", key: "record_id" }],
  task_counts_hourly: [{ table: "task_timings_hourly", condition: "hour = ?" }],
  file_counts_hourly: [{ table: "file_timings_hourly", condition: "hour = ?" }],
};

/** Deletes a row of one table, or an hour of counters, with the rows that go with it. */
export class DeleteRows {
  readonly #table: RetainedTable;
  readonly #delete: Statement;
  readonly #parts: readonly Part[];

  constructor(statements: Statements, table: RetainedTable) {
    this.#table = table;
    const column = table === "task_counts_hourly" || table === "file_counts_hourly" ? "hour" : "id";
    this.#delete = statements.prepare(`retention.delete.${table}`, `DELETE FROM ${table} WHERE ${column} = ?`);
    this.#parts = (BELONGING[table] ?? []).map(({ table: other, condition, key }) => {
      const where =
        key === undefined
          ? condition
          : `${condition} AND ${key} IN (SELECT ${key} FROM ${other} WHERE ${condition} LIMIT ?)`;
      return {
        table: other,
        isCut: key !== undefined,
        statement: statements.prepare(`retention.of_${table}.${other}`, `DELETE FROM ${other} WHERE ${where}`),
      };
    });
  }

  /** False: more rows go with it than this step may delete, and the row itself is still there. */
  delete(id: number, maxRows: number, deleted: DeletedRows): boolean {
    const until = deleted.total + Math.max(1, maxRows);
    for (const { table, statement, isCut } of this.#parts) {
      const left = Math.max(1, until - deleted.total);
      const { changes } = isCut ? statement.run(id, id, left) : statement.run(id);
      deleted.add(table, changes);
      if (isCut && changes >= left) return false;
    }
    deleted.add(this.#table, this.#delete.run(id).changes);
    return true;
  }
}
