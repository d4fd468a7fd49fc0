import type { FileTaskRow } from "../../file-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { TaskGenerations } from "../lineage/task-generations.ts";

const FAILED: ReadonlySet<string> = new Set(["error", "alert"]);

/** Tasks that were made of files. */
export class FileTasks {
  readonly #record: Statement<FileTaskRow>;
  readonly #lastAttempt: Statement<FileTaskRow>;
  readonly #ofFile: Statement<{ recordId: number; result: string }>;
  readonly #generations: TaskGenerations;

  constructor(statements: Statements, generations: TaskGenerations) {
    this.#generations = generations;
    const columns = "id AS record_id, task_id AS id, type, job, info, state, result, attempt";
    this.#record = statements.prepare("files.task", `SELECT ${columns} FROM task_records WHERE task_records.id = ?`);
    this.#lastAttempt = statements.prepare(
      "files.last_attempt",
      `SELECT ${columns} FROM task_records INDEXED BY task_records_attempts
       WHERE first_attempt_id = ? AND attempt <> 0 ORDER BY attempt DESC LIMIT 1`,
    );
    this.#ofFile = statements.prepare(
      "files.tasks_of",
      `SELECT r.id AS recordId, r.result FROM file_pattern_matches m CROSS JOIN task_records r ON r.id = m.record_id
       WHERE m.file_message_id = ? AND m.record_id IS NOT NULL`,
    );
  }

  record(recordId: number): FileTaskRow | null {
    return this.#record.get(recordId) ?? null;
  }

  /** The newest attempt of the task of this first one, also of one that was begun anew by hand. */
  newest(firstAttemptId: number): FileTaskRow | null {
    const first = this.#generations.all(firstAttemptId).at(-1) ?? firstAttemptId;
    return this.#lastAttempt.get(first) ?? this.record(first);
  }

  /** Whether a task of the event failed, and did not complete later. One whose first attempt went well was not retried. */
  hasFailed(eventId: number): boolean {
    return this.#ofFile
      .all(eventId)
      .some(({ recordId, result }) => FAILED.has(result) && FAILED.has(this.newest(recordId)?.result ?? ""));
  }
}
