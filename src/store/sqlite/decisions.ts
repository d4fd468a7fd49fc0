import type { NewAlert, NewDecision } from "../../core/effects.ts";
import type { Statement, Statements } from "./connection.ts";

/** What a decision or an alert is about. */
export interface About {
  readonly recordId: number | null;
  readonly fileMessageId: number | null;
}

export const ABOUT_NOTHING: About = { recordId: null, fileMessageId: null };

/** `decisions` and `alert_records`. */
export class Decisions {
  readonly #insert: Statement;
  readonly #insertAlert: Statement;

  constructor(statements: Statements) {
    this.#insert = statements.prepare(
      "decision.insert",
      "INSERT INTO decisions (at, record_id, file_message_id, phase_id, task_time, code, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#insertAlert = statements.prepare(
      "alert.insert",
      `INSERT INTO alert_records (created_at, type, severity, at_once, task_id, task_type, job, task_time, message, phase_id, record_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  add(decision: NewDecision, about: About, now: number): void {
    const { code, phaseId, taskTime, data } = decision;
    this.#insert.run(now, about.recordId, about.fileMessageId, phaseId, taskTime, code, JSON.stringify(data));
  }

  addAlert(alert: NewAlert, about: About, now: number): void {
    this.#insertAlert.run(
      now,
      alert.type,
      alert.severity,
      alert.atOnce ? 1 : 0,
      alert.taskId,
      alert.taskType,
      alert.job,
      alert.taskTime,
      alert.message,
      alert.phaseId,
      about.recordId,
    );
  }
}
