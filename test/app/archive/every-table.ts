import { openBare } from "../../store/sqlite/scratch.ts";

type Value = number | bigint | string | null;
type Row = Readonly<Record<string, Value>>;

/** Texts that a format may spoil. */
export const ODD_TEXT =
  '\u{feff}line\r\nüñ\t\u{1f469}\u{200d}\u{1f680} \'quoted\' "twice" \\ {"a":1} \u0001 \u{10ffff} null NaN';
const HUGE = 2n ** 63n - 1n;

/** Of tables with values that their checks or their policy ask for; the other columns get odd ones. */
function rowsOf(at: number): Readonly<Record<string, readonly Row[]>> {
  const [text, empty] = [ODD_TEXT, ""];
  return {
    task_records: [
      {
        id: 11,
        first_attempt_id: 11,
        state: "finished",
        origin: "tick",
        result: "complete",
        info: text,
        msg: "x".repeat(1024 * 1024),
      },
      { id: 12, first_attempt_id: 12, parent_id: 11, state: "cancelled", origin: "child", msg: empty, created: null },
    ],
    task_relationships: [{ origin_id: 11, kind: "triggered", parent_id: 11, child_id: 12 }],
    decisions: [
      { id: 21, record_id: 11, file_message_id: null, data: '{"n":9007199254740993}' },
      { id: 22, record_id: null, file_message_id: 31 },
      { id: 23, record_id: null, file_message_id: null, code: text },
    ],
    task_reports: [{ record_id: 11, progress: 0.1 + 0.2, lease_until: null }],
    reported_paths: [{ record_id: 11, path_hash: HUGE }],
    notes: [
      { id: 1, target: "task", target_id: 11, text },
      { id: 2, target: "file", target_id: 31 },
      { id: 3, target: "alert", target_id: 41 },
    ],
    file_messages: [{ id: 31, size: HUGE, processing_ms: 1e-7, last_received_at: null, path: text }],
    file_pattern_matches: [{ file_message_id: 31, gather_key: null, record_id: null }],
    file_near_misses: [{ file_message_id: 31, language: "files" }],
    alert_records: [{ id: 41, severity: "critical", state: "resolved", record_id: null, silence_id: null }],
    alert_occurrences: [
      { id: 51, alert_id: 41, record_id: 11, resolved_at: at },
      { id: 52, alert_id: 41, record_id: null, resolved_at: at, message: text },
    ],
    alert_changes: [{ id: 61, alert_id: 41, state: "resolved" }],
    notified_alerts: [{ alert_id: 41, notification_id: null }],
    alert_notifications: [{ id: 71, kind: "summary", state: "sent" }],
    dead_letters: [{ id: 81, payload: text, redriven_at: null }],
    backfills: [{ id: 91, state: "finished" }],
    backfill_slots: [{ backfill_id: 91, state: "complete", record_id: null, row: -1 }],
    bulk_jobs: [{ id: 101, state: "done" }],
    bulk_items: [{ job_id: 101, record_id: HUGE }],
    silences: [{ id: 111, state: "ended", starts_at: at - 1, alert_id: null }],
    pauses: [{ id: 121 }],
    audit_log: [{ id: 131, via: "command", outcome: "done", before: null }],
    task_counts_hourly: [
      { hour: at, type: "a", total: 3 },
      { hour: at, type: "b", total: -(2n ** 63n) },
    ],
    task_timings_hourly: [{ hour: at, type: "a" }],
    file_counts_hourly: [{ hour: at }],
    file_timings_hourly: [{ hour: at }],
  };
}

/** The tables of which rows are archived. */
export const EVERY_TABLE = Object.keys(rowsOf(0));

/** Old rows in every table whose rows are deleted by retention, of the moment `at`. */
export function fillEveryTable(path: string, at: number): void {
  const db = openBare(path);
  try {
    for (const [table, rows] of Object.entries(rowsOf(at)))
      for (const row of rows) {
        const columns = db
          .prepare<[string], { name: string; type: string; isNullable: number; isFlag: number }>(
            `SELECT i.name, i.type, i."notnull" = 0 AND i.pk = 0 AS isNullable, s.sql LIKE '%' || i.name || ' IN (0, 1)%' AS isFlag
             FROM pragma_table_info(?) i JOIN sqlite_schema s ON s.name = i.arg`,
          )
          .all(table);
        const all = columns.map(({ name, type, isFlag }) => [
          name,
          row[name] !== undefined ? row[name] : isFlag === 1 ? 1 : type === "TEXT" ? name : type === "REAL" ? 0.5 : at,
        ]);
        const names = all.map(([name]) => `"${String(name)}"`).join(", ");
        db.prepare(`INSERT INTO ${table} (${names}) VALUES (${all.map(() => "?").join(", ")})`).run(
          ...all.map(([, value]) => value),
        );
      }
  } finally {
    db.close();
  }
}

/** The values of a table, exactly. */
export function valuesOf(path: string, table: string): readonly (readonly (Value | number)[])[] {
  const db = openBare(path);
  try {
    const statement = db.prepare<[], Value[]>(`SELECT * FROM ${table}`);
    return statement.raw().safeIntegers().all();
  } finally {
    db.close();
  }
}
