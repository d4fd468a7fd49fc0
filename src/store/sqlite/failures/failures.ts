import { fingerprintOf } from "../../../contract/query/fingerprint.ts";
import type { Redact } from "../../../contract/redact/redact.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { ChangeLog } from "../write/change-log.ts";
import { infoHash } from "../tasks/info-hash.ts";

/** What a record is about: another record of the same work can make a failure well. */
export interface Work {
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly taskTime: number | null;
  readonly infoHash: number;
}

/** What is known of a record when its result is written. */
export interface Finished {
  readonly recordId: number;
  readonly firstAttemptId: number;
  readonly attempt: number;
  readonly result: string;
  readonly msg: string;
}

/** Failed, as `unresolved` and `fingerprint` of a query mean it. */
export const FAILED: readonly string[] = ["error", "alert"];

/** It must not change between versions of the program, which keep it. */
export function workOf({ type, job, workflow, taskTime, infoHash: info }: Work): number {
  return infoHash(JSON.stringify([type, job, workflow, taskTime, info]));
}

/**
 * `task_failures`: which records failed, and which of them nobody made well yet. Written with the result that changes it, so that what
 * made a failure well may be deleted before it.
 */
export class Failures {
  readonly #put: Statement;
  readonly #drop: Statement;
  readonly #any: Statement;
  readonly #work: Statement<Work>;
  readonly #sameWork: Statement<{ id: number }>;
  readonly #ofReruns: Statement<{ id: number }>;
  readonly #resolve: Statement;
  readonly #rerun: Statement;
  readonly #moveRerun: Statement;
  readonly #attempts: Statement<{ id: number }>;
  readonly #hasLater: Statement;
  readonly #hasRestarted: Statement;
  readonly #redact: Pick<Redact, "text">;
  readonly #changes: ChangeLog;

  /** What is hidden has no part in a fingerprint. */
  constructor(statements: Statements, redact: Pick<Redact, "text">, changes: ChangeLog) {
    this.#redact = redact;
    this.#changes = changes;
    this.#put = statements.prepare(
      "failures.put",
      `INSERT INTO task_failures (record_id, fingerprint, work, unresolved) VALUES (?, ?, ?, ?)
       ON CONFLICT (record_id) DO UPDATE SET fingerprint = excluded.fingerprint, unresolved = excluded.unresolved`,
    );
    this.#drop = statements.prepare("failures.drop", "DELETE FROM task_failures WHERE record_id = ?");
    this.#any = statements.prepare(
      "failures.any",
      "SELECT 1 FROM task_failures INDEXED BY task_failures_unresolved WHERE unresolved = 1 LIMIT 1",
    );
    this.#work = statements.prepare(
      "failures.work",
      "SELECT type, job, workflow, task_time AS taskTime, info_hash AS infoHash FROM task_records WHERE id = ?",
    );
    this.#sameWork = statements.prepare(
      "failures.same_work",
      "SELECT record_id AS id FROM task_failures INDEXED BY task_failures_work WHERE work = ? AND unresolved = 1",
    );
    this.#ofReruns = statements.prepare(
      "failures.of_reruns",
      `SELECT record_id AS id FROM task_failures INDEXED BY task_failures_rerun
       WHERE rerun_id = ? AND rerun_id IS NOT NULL AND unresolved = 1`,
    );
    this.#resolve = statements.prepare(
      "failures.resolve",
      "UPDATE task_failures SET unresolved = 0 WHERE record_id = ? AND unresolved = 1",
    );
    this.#rerun = statements.prepare("failures.rerun", "UPDATE task_failures SET rerun_id = ? WHERE record_id = ?");
    this.#moveRerun = statements.prepare(
      "failures.move_rerun",
      `UPDATE task_failures INDEXED BY task_failures_rerun SET rerun_id = ?
       WHERE rerun_id = ? AND rerun_id IS NOT NULL AND unresolved = 1`,
    );
    this.#attempts = statements.prepare(
      "failures.attempts",
      "SELECT id FROM task_records INDEXED BY task_records_attempts WHERE first_attempt_id = ? AND attempt <> 0 AND attempt < ?",
    );
    this.#hasLater = statements.prepare(
      "failures.has_later",
      "SELECT 1 FROM task_records INDEXED BY task_records_attempts WHERE first_attempt_id = ? AND attempt > ? AND attempt <> 0 LIMIT 1",
    );
    this.#hasRestarted = statements.prepare(
      "failures.has_restarted",
      `SELECT 1 FROM task_relationships k JOIN task_records r ON r.id = k.child_id
       WHERE k.origin_id = ? AND k.kind = 'retry' AND r.first_attempt_id = r.id LIMIT 1`,
    );
  }

  /** A record got its result; `hadResult`: it had another before. */
  finished(record: Finished, hadResult: boolean): void {
    const { recordId, firstAttemptId, attempt, result, msg } = record;
    if (FAILED.includes(result)) {
      this.put(recordId, msg, !this.isReplaced(firstAttemptId, attempt));
      return;
    }
    if (hadResult) this.#drop.run(recordId);
    if (result !== "complete" || this.#any.get() === undefined) return;
    const work = this.#work.get(recordId);
    if (work !== undefined) for (const { id } of this.#sameWork.all(workOf(work))) this.#resolved(id);
    for (const { id } of this.#ofReruns.all(firstAttemptId)) this.#resolved(id);
  }

  put(recordId: number, msg: string, unresolved: boolean): void {
    const work = this.#work.get(recordId);
    if (work === undefined) return;
    const shown = msg === "" ? msg : this.#redact.text(msg);
    this.#put.run(recordId, fingerprintOf(shown, infoHash), workOf(work), unresolved ? 1 : 0);
  }

  /** Another attempt took the place of this one: whether it is well depends on that. */
  isReplaced(firstAttemptId: number, attempt: number): boolean {
    return (
      this.#hasLater.get(firstAttemptId, attempt) !== undefined || this.#hasRestarted.get(firstAttemptId) !== undefined
    );
  }

  /** An attempt was made, or was heard of: those before it are not looked at any more. */
  attempted({ recordId, firstAttemptId, attempt }: Omit<Finished, "result" | "msg">, parentId: number | null): void {
    if (attempt === 0 || this.#any.get() === undefined) return;
    this.#resolved(firstAttemptId === recordId ? (parentId ?? recordId) : firstAttemptId);
    if (parentId !== null) this.#resolved(parentId);
    for (const { id } of this.#attempts.all(firstAttemptId, attempt)) this.#resolved(id);
  }

  /** The task began anew, and with it a copy of another. */
  restarted(firstAttemptId: number, anewId: number): void {
    this.#moveRerun.run(anewId, firstAttemptId);
  }

  /** An edited copy of a record was made: once it is complete, so is what it copies. */
  copied(recordId: number, copyId: number): void {
    this.#rerun.run(copyId, recordId);
  }

  #resolved(id: number): void {
    if (this.#resolve.run(id).changes > 0) this.#changes.note("tasks", id);
  }
}
