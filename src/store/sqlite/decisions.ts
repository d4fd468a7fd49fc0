import type { NewAlert, NewDecision } from "../../core/effects.ts";
import type { Statement, Statements } from "./connection.ts";
import { InsertBatch } from "./insert-batch.ts";

/** What a decision or an alert is about. */
export interface About {
  readonly recordId: number | null;
  readonly fileMessageId: number | null;
}

export const ABOUT_NOTHING: About = { recordId: null, fileMessageId: null };

/** `decisions` and `alert_records`. */
export class Decisions {
  readonly batch: InsertBatch;
  readonly #insertAlert: Statement;

  constructor(statements: Statements) {
    const columns = ["at", "record_id", "file_message_id", "phase_id", "task_time", "code", "data"];
    this.batch = new InsertBatch(statements, "decision", "decisions", columns);
    this.#insertAlert = statements.prepare(
      "alert.insert",
      `INSERT INTO alert_records (created_at, type, severity, at_once, task_id, task_type, job, task_time, message, phase_id, record_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  add(decision: NewDecision, about: About, now: number): void {
    const { code, phaseId, taskTime, data } = decision;
    this.batch.add(now, about.recordId, about.fileMessageId, phaseId, taskTime, code, JSON.stringify(data));
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
