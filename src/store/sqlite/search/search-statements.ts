import { present } from "../../../contract/present.ts";
import type { TaskFailure } from "../../../contract/query/task-query-match.ts";
import type { TaskRow } from "../../task-queries.ts";
import type { Connection, Statement, Statements } from "../database/connection.ts";
import { BLOCK, type Condition } from "./search-conditions.ts";
import { TASK_COLUMNS } from "../tasks/task-lists.ts";

/** An index and the prefix of its key: it lists only records that can match, in order of id. */
export interface TaskRange {
  readonly index: keyof typeof RANGES;
  readonly key: readonly string[];
}

interface TaskNote {
  readonly firstAttemptId: number;
  readonly text: string;
}

const NO_CONDITION: Condition = { sql: "1", values: [] };
/** Cached statements with a condition; a page runs each of a handful many times. */
const MAX_CACHED = 64;

/** The index that a range reads, and the condition that selects the records of that index. */
const RANGES = {
  list: "id FROM task_records INDEXED BY task_records_list WHERE type = ? AND job = ?",
  open: "id FROM task_records INDEXED BY task_records_open WHERE type = ? AND job = ? AND state = ? AND state <> 'finished'",
  trouble:
    "id FROM task_records INDEXED BY task_records_trouble WHERE type = ? AND job = ? AND result = ? AND result NOT IN ('', 'complete')",
  results: "id FROM task_records INDEXED BY task_records_results WHERE result = ? AND result NOT IN ('', 'complete')",
  unresolved: "record_id AS id FROM task_failures INDEXED BY task_failures_unresolved WHERE unresolved = 1",
  fingerprint:
    "record_id AS id FROM task_failures INDEXED BY task_failures_fingerprint WHERE fingerprint = ? AND unresolved = ?",
  failed: "record_id AS id FROM task_failures NOT INDEXED WHERE 1",
} as const;
/** These number the records by `record_id`. */
const OF_FAILURES: ReadonlySet<keyof typeof RANGES> = new Set(["unresolved", "fingerprint", "failed"]);

/**
 * The statements of a search. A condition becomes part of a statement's SQL; the statement names its index, SQLite does
 * not choose it.
 */
export class SearchStatements {
  readonly #db: Connection;
  readonly #withTerms: Statement<number>;
  readonly #progress: Statement<number>;
  readonly #pending: Statement<string>;
  readonly #newest: Statement<number>;
  readonly #ofRun: Statement<number>;
  readonly #decidedAt: Statement<number>;
  readonly #withNotes: Statement<TaskNote>;
  readonly #attempts: Statement<number>;
  readonly #notes: Statement<string>;
  readonly #failure: Statement<{ unresolved: number; fingerprint: string }>;
  readonly #cached = new Map<string, Statement>();

  constructor(db: Connection, statements: Statements) {
    this.#db = db;
    this.#withTerms = statements.prepare<number>(
      "search.with_words",
      "SELECT rowid FROM task_search WHERE task_search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
    );
    this.#progress = statements.prepare<number>("search.reached", "SELECT record_id FROM search_progress WHERE id = 1");
    this.#pending = statements.prepare<string>(
      "search.changed",
      "SELECT record_ids FROM search_pending ORDER BY id LIMIT ?",
    );
    this.#newest = statements.prepare<number>("search.newest", "SELECT id FROM task_records ORDER BY id DESC LIMIT 1");
    this.#ofRun = statements.prepare<number>("search.of_run", "SELECT id FROM task_records WHERE task_id = ? LIMIT ?");
    this.#decidedAt = statements.prepare<number>(
      "search.decided_at",
      "SELECT decided_at FROM task_records WHERE id >= ? ORDER BY id LIMIT 1",
    );
    this.#withNotes = statements.prepare<TaskNote>(
      "search.with_notes",
      "SELECT target_id AS firstAttemptId, text FROM notes WHERE target = 'task' ORDER BY target_id DESC LIMIT ?",
    );
    this.#attempts = statements.prepare<number>(
      "search.attempts",
      "SELECT id FROM task_records INDEXED BY task_records_attempts WHERE first_attempt_id = ? AND attempt <> 0",
    );
    this.#notes = statements.prepare<string>(
      "search.notes",
      "SELECT text FROM notes WHERE target = 'task' AND target_id = ?",
    );
    this.#failure = statements.prepare(
      "search.failure",
      "SELECT unresolved, fingerprint FROM task_failures WHERE record_id = ?",
    );
    for (const statement of [
      this.#attempts,
      this.#notes,
      this.#withTerms,
      this.#progress,
      this.#pending,
      this.#newest,
      this.#ofRun,
      this.#decidedAt,
    ])
      statement.pluck();
  }

  /** All reads of `body` see one snapshot. */
  atOnce<T>(body: () => T): T {
    return this.#db.transaction(body)();
  }

  newest(): number {
    return this.#newest.get() ?? 0;
  }

  /** The last record that is indexed. */
  indexedTo(): number {
    return present(this.#progress.get(), "the row of search_progress");
  }

  /** Records that changed since they were indexed, from at most so many transactions. */
  changed(transactions: number): readonly (readonly number[])[] {
    return this.#pending.all(transactions).map((ids) => JSON.parse(ids) as number[]);
  }

  /** When the first record from this id on was created. */
  decidedAt(id: number): number | null {
    return this.#decidedAt.get(id) ?? null;
  }

  ofRun(id: string, limit: number): readonly number[] {
    return this.#ofRun.all(id, limit);
  }

  /** The notes on tasks, those on the newest first. */
  withNotes(limit: number): readonly TaskNote[] {
    return this.#withNotes.all(limit);
  }

  /** The attempts after the first. */
  laterAttempts(firstAttemptId: number): readonly number[] {
    return this.#attempts.all(firstAttemptId);
  }

  /** Texts of the notes on a task. */
  notes(firstAttemptId: number): readonly string[] {
    return this.#notes.all(firstAttemptId);
  }

  failure(recordId: number): TaskFailure | null {
    const row = this.#failure.get(recordId);
    return row === undefined ? null : { unresolved: row.unresolved === 1, fingerprint: row.fingerprint };
  }

  withTerms(expression: string, before: number, limit: number): readonly number[] {
    return this.#withTerms.all(expression, before, limit);
  }

  /** The last block that begins before the id and may contain a match. */
  blockBelow({ sql, values }: Condition, before: number): number | null {
    const text = `SELECT block FROM task_blocks WHERE block <= ? AND (${sql}) ORDER BY block DESC LIMIT 1`;
    const row = this.#conditional<{ block: number }>(text).get(Math.floor((before - 1) / BLOCK), ...values);
    return row?.block ?? null;
  }

  walk(condition: Condition | null, from: number, before: number, limit: number): readonly TaskRow[] {
    const { sql, values } = condition ?? NO_CONDITION;
    const text = `SELECT ${TASK_COLUMNS} FROM task_records NOT INDEXED WHERE task_records.id >= ? AND task_records.id < ?
      AND (${sql}) ORDER BY task_records.id DESC LIMIT ?`;
    return this.#conditional<TaskRow>(text).all(from, before, ...values, limit);
  }

  /** Ids of the newest records, without reading the records. */
  rangeIds(range: TaskRange, before: number, limit: number): readonly number[] {
    const column = OF_FAILURES.has(range.index) ? "record_id" : "id";
    const text = `SELECT ${RANGES[range.index]} AND ${column} < ? ORDER BY ${column} DESC LIMIT ?`;
    return this.#conditional<{ id: number }>(text)
      .all(...range.key, before, limit)
      .map(({ id }) => id);
  }

  records(ids: readonly number[], condition: Condition | null): readonly TaskRow[] {
    const { sql, values } = condition ?? NO_CONDITION;
    const statement = this.#conditional<TaskRow>(
      `SELECT ${TASK_COLUMNS} FROM task_records WHERE task_records.id = ? AND (${sql})`,
    );
    return ids.flatMap((id) => statement.get(id, ...values) ?? []);
  }

  #conditional<Row>(text: string): Statement<Row> {
    let statement = this.#cached.get(text);
    if (statement === undefined) {
      statement = this.#db.prepare(text);
      if (this.#cached.size >= MAX_CACHED) this.#cached.delete(this.#cached.keys().next().value ?? "");
    } else this.#cached.delete(text);
    // The most recently used one is last.
    this.#cached.set(text, statement);
    return statement as Statement<Row>;
  }

  /** SQL of the statements with conditions, for the test that checks them against the query planner. */
  conditional(): readonly string[] {
    return [...this.#cached.keys()];
  }
}
