import type { LoggedRecord, RecordFate } from "../../log-queries.ts";
import { infoHash } from "./info-hash.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { TaskGenerations } from "../lineage/task-generations.ts";

const MAX_RECORDS = 1000;

/** Records as their logs need them. */
export class LogReader {
  readonly #byRecord: Statement<LoggedRecord>;
  readonly #byRun: Statement<LoggedRecord>;
  readonly #retries: Statement<LoggedRecord>;
  readonly #known: Statement<{ id: number }>;
  readonly #run: Statement<{ id: number }>;
  readonly #open: Statement<{ running: number }>;
  readonly #generations: TaskGenerations;

  constructor(statements: Statements, generations: TaskGenerations) {
    this.#generations = generations;
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
    this.#run = statements.prepare("logs.run", "SELECT id FROM task_records WHERE task_id = ? LIMIT 1");
    this.#open = statements.prepare(
      "logs.open",
      `SELECT max(state = 'running') AS running FROM task_records
       WHERE task_id = ? AND attempt = ? AND state <> 'finished' AND state <> 'cancelled'`,
    );
    this.#known = statements.prepare(
      "logs.known",
      "SELECT id FROM task_records WHERE task_id = ? AND type = ? AND job = ? AND info_hash = ? AND attempt = ? LIMIT 1",
    );
  }

  /** Equal ones are asked for once: all tasks of a run share its id. */
  fates(logs: readonly Pick<LoggedRecord, "id" | "attempt">[]): readonly RecordFate[] {
    const known = new Map<string, RecordFate>();
    return logs.map(({ id, attempt }) => {
      const key = JSON.stringify([id, attempt]);
      const fate = known.get(key) ?? this.#fate(id, attempt);
      known.set(key, fate);
      return fate;
    });
  }

  #fate(id: string, attempt: number): RecordFate {
    if (this.#run.get(id) === undefined) return "gone";
    const running = this.#open.get(id, attempt)?.running ?? null;
    return running === null ? "finished" : running === 1 ? "running" : "unfinished";
  }

  isKnown({ id, type, job, info, attempt }: Pick<LoggedRecord, "id" | "type" | "job" | "info" | "attempt">): boolean {
    return this.#known.get(id, type, job, infoHash(info), attempt) !== undefined;
  }

  tasks(id: string): readonly LoggedRecord[] {
    if (/^\d{1,15}$/.test(id)) return this.#byRecord.all(Number(id));
    return this.#byRun.all(id).toSorted((a, b) => a.record_id - b.record_id);
  }

  attempts(firstAttemptId: number): readonly LoggedRecord[] {
    const generations = this.#generations.all(firstAttemptId);
    // A first attempt above 0 is among the retries.
    const first = this.#byRecord.all(generations[0] ?? firstAttemptId).filter(({ attempt }) => attempt === 0);
    return [...first, ...generations.flatMap((id) => this.#retries.all(id))];
  }
}
