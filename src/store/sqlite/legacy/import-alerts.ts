import { DAY } from "../../../contract/time/time-units.ts";
import type { Connection, Statement } from "../database/connection.ts";
import type { RowReader } from "./legacy-row.ts";
import type { TaskFinder } from "./task-finder.ts";

/** Prefix of the older program's alert about a task without a result. */
export const INCOMPLETE = "INCOMPLETE:";

interface Lasting {
  readonly id: number;
}

/**
 * Imports `alert_records`: a row for each cause, an occurrence for each legacy row, with its id. The older program had no
 * states: an alert from before today, or whose task completed afterwards, counts as resolved.
 */
export class AlertImport {
  readonly #now: number;
  readonly #tasks: TaskFinder;
  readonly #lasting: Statement<Lasting>;
  readonly #insert: Statement;
  readonly #repeat: Statement;
  readonly #occur: Statement;
  readonly #newest: Statement;
  readonly #change: Statement;
  readonly #label: Statement<{ meta: string; workflow: string; created: number | null }>;

  constructor(db: Connection, now: number, tasks: TaskFinder) {
    this.#now = now;
    this.#tasks = tasks;
    this.#lasting = db.prepare(
      `SELECT id FROM alert_records INDEXED BY import_causes
       WHERE task_type = ? AND job = ? AND task_time IS ? AND type = ? AND (state = 'resolved') = ?`,
    );
    this.#insert = db.prepare(
      `INSERT INTO alert_records (type, severity, state, at_once, task_type, job, task_time, workflow, phase_id, labels, message, task_id,
         record_id, task_created, count, open, created_at, last_seen)
       VALUES (?, ?, ?, 0, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, 1, ?, ?, ?)`,
    );
    this.#repeat = db.prepare(
      "UPDATE alert_records SET count = count + 1, open = open + ?, last_seen = max(last_seen, ?), message = ?, task_id = ?, record_id = ? WHERE id = ?",
    );
    this.#occur = db.prepare(
      `INSERT INTO alert_occurrences (id, alert_id, at, record_id, task_id, message, resolved_at, first_attempt_id, phase_id, task_time,
         info_hash, position)
       SELECT ?, ?, ?, ?, ?, ?, ?, f.id, f.phase_id, f.task_time, f.info_hash, f.position
       FROM (SELECT 1) LEFT JOIN task_records r ON r.id = ? LEFT JOIN task_records f ON f.id = r.first_attempt_id`,
    );
    this.#newest = db.prepare("UPDATE alert_records SET newest_id = ? WHERE id = ?");
    this.#change = db.prepare(
      "INSERT INTO alert_changes (alert_id, at, state, by, note) VALUES (?, ?, ?, 'import', 'imported')",
    );
    this.#label = db.prepare("SELECT meta, workflow, created FROM task_records WHERE id = ?");
  }

  /** Values in the order of ALERT_COLUMNS. Throws RowError. */
  add(row: RowReader): "added" | "merged" {
    const id = row.integer(0);
    const taskId = row.text(1);
    const [taskTime, type, job, message] = [row.time(2), row.text(3), row.text(4), row.text(5)];
    const at = row.time(6) ?? this.#now;
    const recordId = this.#tasks.last(taskId, type, job);
    const isToday = at >= Math.floor(this.#now / DAY) * DAY;
    const isOpen = isToday && !this.#tasks.completedAfter(taskId, type, job, at);
    const kind = message.startsWith(INCOMPLETE) ? "incomplete" : "retry_exhausted";
    const lasting = this.#lasting.get(type, job, taskTime, kind, isOpen ? 0 : 1);
    let alertId = lasting?.id;
    if (alertId === undefined) {
      const task = recordId === null ? undefined : this.#label.get(recordId);
      alertId = Number(
        this.#insert.run(
          kind,
          kind === "incomplete" ? "warning" : "critical",
          isOpen ? "open" : "resolved",
          type,
          job,
          taskTime,
          task?.workflow ?? "",
          task?.meta ?? "",
          message,
          taskId,
          recordId,
          task?.created ?? null,
          isOpen ? 1 : 0,
          at,
          at,
        ).lastInsertRowid,
      );
      this.#change.run(alertId, this.#now, isOpen ? "open" : "resolved");
    } else this.#repeat.run(isOpen ? 1 : 0, at, message, taskId, recordId, alertId);
    const occurrence = this.#occur.run(
      id === 0 ? null : id,
      alertId,
      at,
      recordId,
      taskId,
      message,
      isOpen ? null : at,
      recordId,
    );
    this.#newest.run(occurrence.lastInsertRowid, alertId);
    return lasting === undefined ? "added" : "merged";
  }
}

/** Exists during the import; `alert_records_cause` has only unresolved alerts. */
export const CAUSES_INDEX = {
  create: "CREATE INDEX import_causes ON alert_records (task_type, job, task_time, type, state)",
  drop: "DROP INDEX import_causes",
};
