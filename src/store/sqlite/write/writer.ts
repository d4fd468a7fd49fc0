import { performance } from "node:perf_hooks";
import { codeOf } from "../../../contract/to-error.ts";
import { present } from "../../../contract/present.ts";
import type { FileList } from "../../../core/decide/effects.ts";
import type { Committed, StoreError } from "../../store.ts";
import type { OutboxRow, SentRow } from "../../outbox-row.ts";
import { storeErrorOf, type Connection, type Statement, type Statements } from "../database/connection.ts";
import { CountChanges, Counters } from "../tasks/counters.ts";
import type { IdSequences } from "../database/id-sequences.ts";
import type { InsertBatch } from "../database/insert-batch.ts";
import { writeGatheredList } from "../files/gathered-list.ts";
import type { Outbox } from "../tasks/outbox.ts";
import type { SentMarks } from "../tasks/sent-marks.ts";
import type { TaskReports } from "../tasks/task-reports.ts";
import type { SqliteStoreParts } from "../store-parts.ts";
import type { ChangeLog } from "./change-log.ts";

/** Collected by a transaction while it writes: rows to publish after the commit, counters and files to write before it. */
export interface Gathered {
  readonly outbox: OutboxRow[];
  readonly lists: FileList[];
  readonly counts: CountChanges;
  /** What is decided now may have been done before a restore: its messages wait for somebody's decision. */
  hold: boolean;
}

export interface WriterTables {
  readonly outbox: Outbox;
  readonly reports: TaskReports;
  readonly sentMarks: SentMarks;
  readonly ids: IdSequences;
  readonly batches: readonly InsertBatch[];
  readonly changes: ChangeLog;
}

/**
 * The one connection that writes. Every transaction first deletes the outbox rows that were sent since the last
 * one, writes the counters at its end, and announces what it changed once that is committed.
 */
export class Writer {
  readonly #path: string;
  readonly #journal: SqliteStoreParts["journal"];
  readonly #db: Connection;
  readonly #outbox: Outbox;
  readonly #reports: TaskReports;
  readonly #sentMarks: SentMarks;
  readonly #counters: Counters;
  readonly #ids: IdSequences;
  readonly #batches: readonly InsertBatch[];
  readonly #changes: ChangeLog;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #savepoint: Statement;
  readonly #releaseSavepoint: Statement;
  readonly #rollbackToSavepoint: Statement;
  #sent: SentRow[] = [];
  #error: StoreError | null = null;
  #lockedSince: number | null = null;
  #stopped: StoreError | null = null;

  constructor(
    { path, db, journal }: Pick<SqliteStoreParts, "path" | "db" | "journal">,
    statements: Statements,
    tables: WriterTables,
  ) {
    const { outbox, reports, sentMarks, ids, batches, changes } = tables;
    this.#path = path;
    this.#journal = journal;
    this.#db = db;
    this.#outbox = outbox;
    this.#reports = reports;
    this.#sentMarks = sentMarks;
    this.#ids = ids;
    this.#batches = batches;
    this.#changes = changes;
    this.#counters = new Counters(statements);
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
    this.#savepoint = db.prepare("SAVEPOINT message");
    this.#releaseSavepoint = db.prepare("RELEASE message");
    this.#rollbackToSavepoint = db.prepare("ROLLBACK TO message");
  }

  /** Why nothing is written any more, or the last transaction failed; null when it succeeded, or found the database locked. */
  get error(): StoreError | null {
    return this.#stopped ?? this.#error;
  }

  /** How long (ms) another program has had the database locked, as far as transactions noticed; null when it has not. */
  get lockedFor(): number | null {
    return this.#lockedSince === null ? null : performance.now() - this.#lockedSince;
  }

  get isStopped(): boolean {
    return this.#stopped !== null;
  }

  /** From now on every transaction throws `reason`; null: they are possible again. */
  stop(reason: StoreError | null): void {
    this.#stopped = reason;
  }

  sent(rows: readonly SentRow[]): void {
    for (const row of rows) this.#sent.push(row);
  }

  /** When a transaction is needed for what was sent, if no other comes; null: none is. */
  get sentDueAt(): number | null {
    return this.#sent.length > 0 ? 0 : this.#sentMarks.nextAt();
  }

  /** Deletes the rows that were sent, and marks the tasks that were sent a while ago. */
  flush(): void {
    const marks = this.transaction(() => {
      const due = this.#sentMarks.take();
      if (due === null) this.#reports.markUnowned();
      else for (const recordId of due) this.#reports.markSent(recordId);
      return due;
    });
    this.#sentMarks.marked(marks);
  }

  /** All of `body` or nothing. Throws StoreError for an error of the file, any other error as `body` threw it. */
  transaction<T>(body: (gathered: Gathered) => T): T {
    if (this.#stopped !== null) throw this.#stopped;
    const sent = this.#sent;
    try {
      this.#begin.run();
      this.#lockedSince = null;
      this.#sent = [];
      this.#outbox.delete(sent);
      const gathered: Gathered = { outbox: [], lists: [], counts: new CountChanges(), hold: false };
      const result = body(gathered);
      for (const batch of this.#batches) batch.flush();
      this.#counters.write(gathered.counts);
      this.#ids.flush();
      // A committed task may be sent at any time, also by a later start: its list is there before.
      for (const list of gathered.lists) writeGatheredList(list);
      this.#commit.run();
      this.#ids.committed();
      if (sent.length > 0) this.#sentMarks.confirmed(sent);
      this.#error = null;
      this.#changes.committed();
      this.#journal?.committed();
      return result;
    } catch (error) {
      // After a full disk SQLite may have rolled back by itself.
      if (this.#db.inTransaction) this.#rollback.run();
      for (const batch of this.#batches) batch.backTo(0);
      this.#ids.rolledBack();
      this.#changes.rolledBack();
      if (this.#sent !== sent) this.#sent = sent.concat(this.#sent);
      throw this.#noted(error);
    }
  }

  /** Notices a lock of another program, and that it is gone. Throws as a transaction does. */
  probe(): void {
    if (this.#stopped !== null) return;
    try {
      this.#begin.run();
      this.#lockedSince = null;
      this.#rollback.run();
    } catch (error) {
      throw this.#noted(error);
    }
  }

  /** Keeps an error of the file for the health, and returns it as a StoreError; any other error as it is. */
  #noted(error: unknown): unknown {
    const failure = storeErrorOf(error, this.#path);
    if (failure === null) return error;
    if (failure.code === "busy") this.#lockedSince ??= performance.now();
    else this.#error = failure;
    if (isDamage(failure)) this.#stopped = failure;
    return failure;
  }

  /** Deletes the rows that were sent, if that is possible now: otherwise they are sent once more after the next start. */
  tryFlush(): void {
    try {
      this.transaction(() => undefined);
    } catch {
      // The caller is about to say what is wrong with the database.
    }
  }

  /** Runs `body` and rolls it back, to see what it would do. */
  tried(body: (gathered: Gathered) => void): void {
    const rollback = new Error("rolled back");
    try {
      this.transaction((gathered) => {
        body(gathered);
        throw rollback;
      });
    } catch (error) {
      if (error !== rollback) throw error;
    }
  }

  /**
   * A group of messages in one transaction. The usual group has no bad message and needs no savepoints; when one
   * throws, the group is rolled back and repeated with a savepoint for each message, and bad ones go to `reject`.
   */
  group<T>(
    items: readonly T[],
    each: (item: T, gathered: Gathered) => void,
    reject: (item: T, error: unknown, gathered: Gathered) => void,
    after: (gathered: Gathered) => void = () => undefined,
  ): Committed {
    try {
      return this.transaction((gathered) => {
        for (const item of items) each(item, gathered);
        after(gathered);
        return { outbox: gathered.outbox, rejected: 0 };
      });
    } catch (error) {
      if (storeErrorOf(error, this.#path) !== null) throw error;
    }
    return this.transaction((gathered) => {
      let rejected = 0;
      for (const item of items) {
        const own: Gathered = { outbox: [], lists: [], counts: new CountChanges(), hold: false };
        const marks = this.#batches.map((batch) => batch.mark());
        const noted = this.#changes.mark();
        this.#savepoint.run();
        try {
          each(item, own);
          gathered.outbox.push(...own.outbox);
          gathered.lists.push(...own.lists);
          gathered.counts.merge(own.counts);
        } catch (error) {
          if (storeErrorOf(error, this.#path) !== null) throw error;
          this.#rollbackToSavepoint.run();
          this.#batches.forEach((batch, index) => batch.backTo(present(marks[index], "the mark of a batch")));
          this.#changes.backTo(noted);
          rejected += 1;
          reject(item, error, gathered);
        }
        this.#releaseSavepoint.run();
      }
      after(gathered);
      return { outbox: gathered.outbox, rejected };
    });
  }
}

/** A damaged search index keeps nothing but searches from working. */
function isDamage({ code, cause }: StoreError): boolean {
  if (code !== "corrupt" && code !== "not_a_database") return false;
  return codeOf(cause) !== "SQLITE_CORRUPT_VTAB";
}
