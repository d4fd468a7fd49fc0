import { taskZone } from "../workflows/phase-zones.ts";
import type { TaskFilter, TaskRow } from "../../task-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** In these queries a bare `id` is the alias of `task_id`. */
export const TASK_COLUMNS = `id AS record_id, first_attempt_id, task_id AS id, type, job, info, meta, msg, result, state, origin, attempt, workflow,
  task_time, created, decided_at, started, ended, finished_at,
  CASE WHEN ended >= started THEN (ended - started) / 1000.0 END AS task_seconds,
  CASE WHEN started >= created THEN (started - created) / 1000.0 END AS queue_seconds,
  (SELECT p.retry FROM workflow_phases p WHERE p.id = phase_id) AS retries,
  ${taskZone("task_records.phase_id", "task_records.decided_at")}`;

interface TaskKind {
  readonly type: string;
  readonly job: string;
}

/** With its bytes, by which the skip scan goes on: text that is not valid UTF-8 is another text once it was read. */
interface KindRow extends TaskKind {
  readonly typeBytes: Buffer;
  readonly jobBytes: Buffer;
}
const KIND = "SELECT type, job, CAST(type AS BLOB) AS typeBytes, CAST(job AS BLOB) AS jobBytes FROM task_records";

/**
 * Lists of tasks, newest first. An index has the rows of each type and job in order; a list over several of them reads the
 * newest rows of each and merges them, so that a rare match among ten million rows costs no more than a common one.
 */
export class TaskLists {
  readonly #byId: Statement<TaskRow>;
  readonly #byRun: Statement<TaskRow>;
  readonly #newest: Statement<TaskRow>;
  readonly #newestResult: Statement<TaskRow>;
  readonly #newestState: Statement<TaskRow>;
  readonly #newestTrouble: Statement<TaskRow>;
  readonly #firstKind: Statement<KindRow>;
  readonly #nextType: Statement<KindRow>;
  readonly #nextJob: Statement<KindRow>;
  readonly #kind: Statement<{ id: number }>;
  readonly #kindResult: Statement<{ id: number }>;
  readonly #kindState: Statement<{ id: number }>;
  readonly #kindOpen: Statement<{ id: number }>;
  readonly #kindFailed: Statement<{ id: number }>;

  constructor(statements: Statements) {
    this.#byId = statements.prepare("tasks.by_id", `SELECT ${TASK_COLUMNS} FROM task_records WHERE id = ?`);
    this.#byRun = statements.prepare(
      "tasks.by_run",
      `SELECT ${TASK_COLUMNS} FROM task_records WHERE task_id = ? LIMIT ?`,
    );
    // A bare `id` is the alias of task_id here.
    const newest = (name: string, where: string): Statement<TaskRow> =>
      statements.prepare(
        `tasks.${name}`,
        `SELECT ${TASK_COLUMNS} FROM task_records WHERE task_records.id < ? ${where} ORDER BY task_records.id DESC LIMIT ?`,
      );
    this.#newest = newest("newest", "");
    // Nearly all rows are complete and finished, so a backward scan finds them quickly.
    this.#newestResult = newest("newest_result", "AND result = ?");
    // The index is forced: to SQLite a backward scan over all records looks as good, since it needs no sort either.
    this.#newestTrouble = statements.prepare(
      "tasks.newest_failed",
      `SELECT ${TASK_COLUMNS} FROM task_records INDEXED BY task_records_results
       WHERE task_records.id < ? AND result = ? AND result NOT IN ('', 'complete') ORDER BY task_records.id DESC LIMIT ?`,
    );
    this.#newestState = newest("newest_state", "AND state = ?");
    this.#firstKind = statements.prepare("tasks.first_kind", `${KIND} ORDER BY type, job LIMIT 1`);
    this.#nextType = statements.prepare(
      "tasks.next_type",
      `${KIND} WHERE type > CAST(? AS TEXT) ORDER BY type, job LIMIT 1`,
    );
    this.#nextJob = statements.prepare(
      "tasks.next_job",
      `${KIND} WHERE type = CAST(? AS TEXT) AND job > CAST(? AS TEXT) ORDER BY job LIMIT 1`,
    );
    const kind = (name: string, where: string): Statement<{ id: number }> =>
      statements.prepare(
        `tasks.${name}`,
        `SELECT id FROM task_records WHERE type = ? AND job = ? AND id < ? ${where} ORDER BY id DESC LIMIT ?`,
      );
    this.#kind = kind("kind", "");
    this.#kindResult = kind("kind_result", "AND result = ?");
    this.#kindState = kind("kind_state", "AND state = ?");
    this.#kindOpen = kind("kind_open", "AND state = ? AND state <> 'finished'");
    this.#kindFailed = kind("kind_failed", "AND result = ? AND result NOT IN ('', 'complete')");
  }

  byRecord(recordId: number): readonly TaskRow[] {
    return this.#byId.all(recordId);
  }

  /** All records of a run, oldest first. */
  byRun(id: string, limit: number): readonly TaskRow[] {
    return this.#byRun.all(id, limit).toSorted((a, b) => a.record_id - b.record_id);
  }

  list(filter: TaskFilter): readonly TaskRow[] {
    const before = filter.before ?? Number.MAX_SAFE_INTEGER;
    const { limit, result, state } = filter;
    if (result !== null && state !== null && state !== "finished") return [];
    const isRare = (result !== null && result !== "complete") || (state !== null && state !== "finished");
    if (filter.type === null && filter.job === null && !isRare) {
      if (result !== null) return this.#newestResult.all(before, result, limit);
      return state === null ? this.#newest.all(before, limit) : this.#newestState.all(before, state, limit);
    }
    if (filter.type === null && filter.job === null && result !== null)
      return this.#newestTrouble.all(before, result, limit);
    const ids: number[] = [];
    for (const kind of this.kinds(filter.type, filter.job)) {
      for (const row of this.#ofKind(kind, before, filter)) ids.push(row.id);
    }
    ids.sort((a, b) => b - a);
    return ids.slice(0, limit).flatMap((id) => this.#byId.all(id));
  }

  #ofKind({ type, job }: TaskKind, before: number, filter: TaskFilter): readonly { readonly id: number }[] {
    const { limit, result, state } = filter;
    if (result === "complete") return this.#kindResult.all(type, job, before, result, limit);
    if (result !== null) return this.#kindFailed.all(type, job, before, result, limit);
    if (state === "finished") return this.#kindState.all(type, job, before, state, limit);
    if (state !== null) return this.#kindOpen.all(type, job, before, state, limit);
    return this.#kind.all(type, job, before, limit);
  }

  /** Every type and job that has records, by a skip scan over the index. */
  kinds(type: string | null, job: string | null): readonly TaskKind[] {
    if (type !== null && job !== null) return [{ type, job }];
    const kinds: TaskKind[] = [];
    let row = type === null ? this.#firstKind.get() : (this.#nextJob.get(type, "") ?? undefined);
    if (type !== null) kinds.push({ type, job: "" });
    while (row !== undefined) {
      if (job === null || row.job === job) kinds.push({ type: row.type, job: row.job });
      const { typeBytes, jobBytes }: KindRow = row;
      row = this.#nextJob.get(typeBytes, jobBytes) ?? (type === null ? this.#nextType.get(typeBytes) : undefined);
    }
    return kinds;
  }
}
