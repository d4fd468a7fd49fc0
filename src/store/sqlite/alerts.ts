import type { NewAlert } from "../../core/effects.ts";
import type { Statement, Statements } from "./connection.ts";
import type { About } from "./decisions.ts";

/** `alert_records` and `alert_occurrences`. */
export class Alerts {
  readonly #lasting: Statement<{ id: number }>;
  readonly #insert: Statement;
  readonly #repeat: Statement;
  readonly #occur: Statement;

  constructor(statements: Statements) {
    this.#lasting = statements.prepare(
      "alert.lasting",
      `SELECT id FROM alert_records
       WHERE task_type = ? AND job = ? AND ifnull(task_time, -1) = ? AND type = ? AND cause = ? AND state <> 'resolved'`,
    );
    this.#insert = statements.prepare(
      "alert.insert",
      `INSERT INTO alert_records (type, severity, state, at_once, task_type, job, task_time, cause, phase_id, message, task_id, record_id, count, created_at, last_seen)
       VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)`,
    );
    this.#repeat = statements.prepare(
      "alert.repeat",
      "UPDATE alert_records SET count = count + 1, last_seen = ?, message = ?, task_id = ?, record_id = ? WHERE id = ?",
    );
    this.#occur = statements.prepare(
      "alert.occur",
      "INSERT INTO alert_occurrences (alert_id, at, record_id, task_id, message) VALUES (?, ?, ?, ?, ?)",
    );
  }

  /** A new row, or one more of a cause that lasts. */
  raise(alert: NewAlert, about: About, now: number): void {
    const { type, severity, atOnce, taskId, taskType, job, taskTime, message, phaseId } = alert;
    const { recordId } = about;
    const cause = "";
    const lasting = this.#lasting.get(taskType, job, taskTime ?? -1, type, cause);
    let id = lasting?.id;
    if (id === undefined) {
      const values = [
        type,
        severity,
        atOnce ? 1 : 0,
        taskType,
        job,
        taskTime,
        cause,
        phaseId,
        message,
        taskId,
        recordId,
        now,
        now,
      ];
      id = Number(this.#insert.run(...values).lastInsertRowid);
    } else this.#repeat.run(now, message, taskId, recordId, id);
    this.#occur.run(id, now, recordId, taskId, message);
  }
}
