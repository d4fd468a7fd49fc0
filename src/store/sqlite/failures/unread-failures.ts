import type { Connection, Statement, Statements } from "../database/connection.ts";
import type { Failures, Work } from "./failures.ts";

/** Failures of one step, and how long it may take (ms): messages wait for it, and the records of old failures come from the disk. */
const STEP = 16;
const STEP_MS = 2;
/** Records of its type and job that are looked at on either side of one without a task time. */
const BESIDE = 50;

/** Records came into the database without their failures: they are to be read, as after an update. */
export function leaveFailuresUnread(db: Connection): void {
  db.exec(`INSERT OR REPLACE INTO unread_failures (result, below)
    SELECT r.value, t.below FROM (SELECT max(id) + 1 AS below FROM task_records) t, json_each('["error", "alert"]') r
    WHERE t.below IS NOT NULL`);
}

interface FailedRow extends Work {
  readonly id: number;
  readonly firstAttemptId: number;
  readonly attempt: number;
  readonly phaseId: number;
  readonly msg: string;
  readonly finishedAt: number | null;
}

/**
 * Fills `task_failures` with the failures of an earlier version, the newest first, a few a step. What made one of them well is looked for
 * in the history: among the tasks of its phase for its task time, and without a task time among those of its type and job around it.
 */
export class UnreadFailures {
  readonly #unread: Statement<{ result: string; below: number }>;
  readonly #advance: Statement;
  readonly #end: Statement;
  readonly #next: Statement<FailedRow>;
  readonly #isKnown: Statement;
  readonly #copy: Statement<{ id: number | null }>;
  readonly #isComplete: Statement;
  readonly #timed: Statement;
  readonly #after: Statement;
  readonly #before: Statement;
  readonly #failures: Failures;

  constructor(statements: Statements, failures: Failures) {
    this.#failures = failures;
    this.#unread = statements.prepare(
      "unread.next",
      "SELECT result, below FROM unread_failures ORDER BY result LIMIT 1",
    );
    this.#advance = statements.prepare("unread.advance", "UPDATE unread_failures SET below = ? WHERE result = ?");
    this.#end = statements.prepare("unread.end", "DELETE FROM unread_failures WHERE result = ?");
    this.#next = statements.prepare(
      "unread.failures",
      `SELECT id, first_attempt_id AS firstAttemptId, attempt, phase_id AS phaseId, type, job, workflow, task_time AS taskTime,
         info_hash AS infoHash, msg, finished_at AS finishedAt
       FROM task_records INDEXED BY task_records_results
       WHERE result = ? AND result NOT IN ('', 'complete') AND id < ? ORDER BY id DESC LIMIT ${STEP}`,
    );
    this.#isKnown = statements.prepare("unread.is_known", "SELECT 1 FROM task_failures WHERE record_id = ?");
    this.#copy = statements.prepare(
      "unread.copy",
      "SELECT max(json_extract(data, '$.copy')) AS id FROM decisions WHERE record_id = ? AND record_id IS NOT NULL AND code = 'copied_by_hand'",
    );
    this.#isComplete = statements.prepare(
      "unread.is_complete",
      `SELECT 1 FROM task_records WHERE id = ? AND result = 'complete' UNION ALL
       SELECT 1 FROM task_records INDEXED BY task_records_attempts WHERE first_attempt_id = ? AND attempt <> 0 AND result = 'complete' LIMIT 1`,
    );
    const same = "c.type = ? AND c.job = ? AND c.info_hash = ? AND c.workflow = ? AND c.result = 'complete'";
    this.#timed = statements.prepare(
      "unread.timed",
      `SELECT 1 FROM task_records c INDEXED BY task_records_about
       WHERE c.phase_id IN (0, ?) AND c.task_time = ? AND c.task_time IS NOT NULL AND ${same} AND c.finished_at >= ? LIMIT 1`,
    );
    const beside = (side: string, order: string): string =>
      `SELECT 1 FROM (SELECT * FROM task_records INDEXED BY task_records_list
         WHERE type = ? AND job = ? AND id ${side} ? ORDER BY id ${order} LIMIT ${BESIDE}) c
       WHERE c.task_time IS NULL AND ${same} AND c.finished_at >= ? LIMIT 1`;
    this.#after = statements.prepare("unread.after", beside(">", "ASC"));
    this.#before = statements.prepare("unread.before", beside("<", "DESC"));
  }

  hasWork(): boolean {
    return this.#unread.get() !== undefined;
  }

  /** Inside a transaction. Returns how many it read. */
  step(): number {
    const unread = this.#unread.get();
    if (unread === undefined) return 0;
    const rows = this.#next.all(unread.result, unread.below);
    const until = performance.now() + STEP_MS;
    let read = 0;
    let below = unread.below;
    for (const row of rows) {
      this.#read(row);
      below = row.id;
      read += 1;
      if (performance.now() >= until) break;
    }
    if (read === rows.length && rows.length < STEP) this.#end.run(unread.result);
    else this.#advance.run(below, unread.result);
    return read;
  }

  #read(row: FailedRow): void {
    if (this.#isKnown.get(row.id) !== undefined) return;
    const copy = this.#copy.get(row.id)?.id ?? null;
    const isWell =
      this.#failures.isReplaced(row.firstAttemptId, row.attempt) ||
      (copy !== null && this.#isComplete.get(copy, copy) !== undefined) ||
      this.#isDoneElsewhere(row);
    this.#failures.put(row.id, row.msg, !isWell);
    if (copy !== null) this.#failures.copied(row.id, copy);
  }

  #isDoneElsewhere({ id, type, job, workflow, infoHash, taskTime, phaseId, finishedAt }: FailedRow): boolean {
    const same = [type, job, infoHash, workflow, finishedAt ?? 0];
    if (taskTime !== null) return this.#timed.get(phaseId, taskTime, ...same) !== undefined;
    return [this.#after, this.#before].some((statement) => statement.get(type, job, id, ...same) !== undefined);
  }
}
