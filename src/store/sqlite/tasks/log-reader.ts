import type { LoggedRecord } from "../../log-queries.ts";
import { infoHash } from "./info-hash.ts";
import type { Statement, Statements } from "../database/connection.ts";

const MAX_RECORDS = 1000;

/** Records as their logs need them. */
export class LogReader {
  readonly #byRecord: Statement<LoggedRecord>;
  readonly #byRun: Statement<LoggedRecord>;
  readonly #retries: Statement<LoggedRecord>;
  readonly #known: Statement<{ id: number }>;

  constructor(statements: Statements) {
    const records = `SELECT r.id AS record_id, r.first_attempt_id, r.task_id AS id, r.type, r.job, r.info, r.attempt,
      (SELECT p.retry FROM workflow_phases p WHERE p.id = r.phase_id) AS retries, r.state, r.result, r.created, r.decided_at,
      r.started, r.ended, r.finished_at, t.host, t.log
      FROM task_records r LEFT JOIN task_reports t ON t.record_id = r.id`;
    this.#byRecord = statements.prepare("logs.by_record", `${records} WHERE r.id = ?`);
    this.#byRun = statements.prepare("logs.by_run", `${records} WHERE r.task_id = ? LIMIT ${MAX_RECORDS}`);
    this.#retries = statements.prepare(
      "logs.retries",
      `${records} WHERE r.first_attempt_id = ? AND r.attempt <> 0 ORDER BY r.attempt LIMIT ${MAX_RECORDS}`,
    );
    this.#known = statements.prepare(
      "logs.known",
      "SELECT id FROM task_records WHERE task_id = ? AND type = ? AND job = ? AND info_hash = ? AND attempt = ? LIMIT 1",
    );
  }

  isKnown({ id, type, job, info, attempt }: Pick<LoggedRecord, "id" | "type" | "job" | "info" | "attempt">): boolean {
    return this.#known.get(id, type, job, infoHash(info), attempt) !== undefined;
  }

  tasks(id: string): readonly LoggedRecord[] {
    if (/^\d{1,15}$/.test(id)) return this.#byRecord.all(Number(id));
    return this.#byRun.all(id).toSorted((a, b) => a.record_id - b.record_id);
  }

  attempts(firstAttemptId: number): readonly LoggedRecord[] {
    return [...this.#byRecord.all(firstAttemptId), ...this.#retries.all(firstAttemptId)];
  }
}
