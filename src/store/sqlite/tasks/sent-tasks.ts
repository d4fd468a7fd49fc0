import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { TaskOrigin } from "../../../core/decide/effects.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { MessageRow } from "./task-records.ts";

/** A record as it was sent. */
export interface SentRow extends MessageRow {
  readonly taskTime: WallMs | null;
  readonly phaseId: number;
  readonly origin: TaskOrigin;
  readonly position: number;
  readonly scheduledAt: number | null;
  readonly parentId: number | null;
}

/** Records as people act on them: what was sent, and that later messages about them start nothing. */
export class SentTasks {
  readonly #row: Statement<SentRow>;
  readonly #close: Statement;
  readonly #closeLater: Statement;

  constructor(statements: Statements) {
    this.#row = statements.prepare(
      "sent.row",
      `SELECT task_id AS taskId, type, job, info, created, ifnull(sent_meta, meta) AS meta, task_time AS taskTime,
         phase_id AS phaseId, origin, position, scheduled_at AS scheduledAt, parent_id AS parentId
       FROM task_records WHERE id = ?`,
    );
    this.#close = statements.prepare("sent.close", "UPDATE task_records SET closed = 1 WHERE id = ?");
    this.#closeLater = statements.prepare(
      "sent.close_later",
      "UPDATE task_records SET closed = 1 WHERE first_attempt_id = ? AND attempt <> 0",
    );
  }

  row(recordId: number): SentRow | null {
    return this.#row.get(recordId) ?? null;
  }

  /** Later messages about the record start nothing. */
  close(recordId: number): void {
    this.#close.run(recordId);
  }

  /** The same for all attempts of a task. */
  closeAttempts(firstAttemptId: number): void {
    this.#close.run(firstAttemptId);
    this.#closeLater.run(firstAttemptId);
  }
}
