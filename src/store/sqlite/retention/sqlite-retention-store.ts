import type { Limits } from "../../../core/retention/policy.ts";
import { RETAINED, type RetainedTable } from "../../../contract/retention/tables.ts";
import type { Cleanup, CountedPage, RetentionStore, StepSize } from "../../retention/retention-store.ts";
import { changesOf } from "../backup/snapshot.ts";
import type { Connection, Statements } from "../database/connection.ts";
import type { IdSequences } from "../database/id-sequences.ts";
import type { DeletedMark } from "./deleted-mark.ts";
import type { Writer } from "../write/writer.ts";
import { Cleanups } from "./cleanups.ts";
import { DeleteRows } from "./delete-rows.ts";
import { DeleteTask } from "./delete-task.ts";
import { DeletedRows } from "./deleted-rows.ts";
import { dueRows } from "./due-rows.ts";
import { beginning, boundOf, type Cursor, type DuePage, type DueRow, type DueRows } from "./due.ts";
import { Policies } from "./policies.ts";

/** Tables whose rows are deleted one by one, with those that go with each. */
type OtherTable = Exclude<RetainedTable, "task_records">;

/** What is known of rows that are gone. */
export interface RetentionMarks {
  readonly ids: IdSequences;
  readonly deletedMark: DeletedMark;
}

/** Deletes what is due, a step a transaction: killed anywhere, each row is there with all that goes with it, or gone. */
export class SqliteRetentionStore implements RetentionStore {
  readonly #db: Connection;
  readonly #ids: IdSequences;
  readonly #mark: DeletedMark;
  readonly #writer: Writer;
  readonly #policies: Policies;
  readonly #cleanups: Cleanups;
  readonly #due: Readonly<Record<RetainedTable, DueRows>>;
  readonly #task: DeleteTask;
  readonly #others: ReadonlyMap<RetainedTable, DeleteRows>;

  constructor(db: Connection, statements: Statements, { ids, deletedMark }: RetentionMarks, writer: Writer) {
    this.#db = db;
    this.#ids = ids;
    this.#mark = deletedMark;
    this.#writer = writer;
    this.#policies = new Policies(statements);
    this.#cleanups = new Cleanups(statements);
    this.#due = dueRows(statements);
    this.#task = new DeleteTask(statements);
    const others = RETAINED.filter((table): table is OtherTable => table !== "task_records");
    this.#others = new Map(others.map((table) => [table, new DeleteRows(statements, table)]));
  }

  async policies(): ReturnType<RetentionStore["policies"]> {
    return this.#policies.all();
  }

  async setPolicy(...args: Parameters<RetentionStore["setPolicy"]>): Promise<void> {
    this.#writer.transaction(() => this.#policies.set(...args));
  }

  async create(...args: Parameters<RetentionStore["create"]>): Promise<number> {
    return this.#writer.transaction(() => this.#cleanups.create(...args));
  }

  async running(): Promise<Cleanup | null> {
    return this.#cleanups.running();
  }

  async one(id: number): Promise<Cleanup | null> {
    return this.#cleanups.one(id);
  }

  async stop(id: number, now: number): Promise<boolean> {
    return this.#writer.transaction(() => this.#cleanups.stop(id, now));
  }

  async lastDaily(): Promise<number | null> {
    return this.#cleanups.lastDaily();
  }

  async step(id: number, { maxRows, rows }: StepSize, now: number): Promise<Cleanup | null> {
    try {
      return this.#writer.transaction(() => this.#step(id, maxRows, rows, now));
    } catch (error) {
      this.#mark.rolledBack();
      throw error;
    }
  }

  #step(id: number, maxRows: number, rows: number | null, now: number): Cleanup | null {
    const cleanup = this.#cleanups.one(id);
    const limits = cleanup?.plan[cleanup.atStep];
    if (cleanup === null || limits === undefined || cleanup.state !== "running" || cleanup.dryRun) return null;
    const { table } = limits;
    const cursor = cleanup.cursor === null ? beginning(limits, rows) : (JSON.parse(cleanup.cursor) as Cursor);
    const page = this.#due[table].page(limits, cursor, maxRows);
    const deleted = new DeletedRows();
    const next = page.due.length === 0 ? page.next : this.#delete(limits, page, cursor, maxRows, deleted);
    return this.#advance(cleanup, deleted.byTable, next, now);
  }

  async counted(id: number, page: CountedPage | null, now: number): Promise<Cleanup | null> {
    return this.#writer.transaction(() => {
      const cleanup = this.#cleanups.one(id);
      if (cleanup === null || cleanup.state !== "running") return null;
      if (page === null) return this.#cleanups.beginAgain(cleanup);
      return this.#cleanups.advance(cleanup, page.rows, page.next, now);
    });
  }

  #advance(cleanup: Cleanup, rows: Readonly<Record<string, number>>, next: Cursor | null, now: number): Cleanup {
    const after = this.#cleanups.advance(cleanup, rows, next === null ? null : JSON.stringify(next), now);
    const table = cleanup.plan[cleanup.atStep]?.table;
    if (next === null && table !== undefined)
      this.#policies.cleaned(table, cleanup.id, after.deleted[table] ?? {}, now);
    return after;
  }

  /** Returns where the next step goes on; null: the table is done. */
  #delete(limits: Limits, { due, next }: DuePage, from: Cursor, maxRows: number, deleted: DeletedRows): Cursor | null {
    const { table } = limits;
    // Read before its rows are gone: from then on only the mark knows the highest.
    this.#ids.keep();
    const changes = changesOf(this.#db);
    let cut: Cursor | null;
    if (table === "task_records") {
      cut = this.#deleteTasks(due, from, maxRows, deleted);
      this.#mark.write(boundOf(limits, from.surplus) ?? 0);
    } else cut = this.#deleteOthers(table, due, from, maxRows, deleted);
    this.#mark.fell(changes - changesOf(this.#db));
    return cut ?? next;
  }

  /** Returns where the next step goes on, when this one could not delete them all. */
  #deleteTasks(due: readonly DueRow[], from: Cursor, maxRows: number, deleted: DeletedRows): Cursor | null {
    const gone: number[] = [];
    let cursor = from;
    let isCut = false;
    for (const { id, ids } of due) {
      const { surplus } = cursor;
      for (const [index, record] of ids.entries()) {
        isCut = deleted.total >= maxRows;
        // What is left of a run goes before others, whatever their number is then.
        if (isCut && index > 0)
          cursor = { ...cursor, surplus: surplus > 0 ? Math.max(1, cursor.surplus) : surplus, cut: record };
        if (isCut) break;
        const created = this.#task.delete(record, deleted);
        this.#mark.deleted(created);
        gone.push(record);
        cursor = { ...cursor, surplus: cursor.surplus - 1 };
      }
      if (isCut) break;
      cursor = { at: 0, id, surplus: cursor.surplus };
    }
    this.#task.deleteBlocks(gone, deleted);
    return isCut ? cursor : null;
  }

  #deleteOthers(
    table: RetainedTable,
    due: readonly DueRow[],
    from: Cursor,
    maxRows: number,
    deleted: DeletedRows,
  ): Cursor | null {
    const rows = this.#others.get(table);
    let cursor = from;
    for (const { at, id, ids } of due) {
      for (const one of ids)
        if (deleted.total >= maxRows || rows?.delete(one, maxRows - deleted.total, deleted) !== true) return cursor;
      cursor = { at, id, surplus: cursor.surplus - 1 };
    }
    return null;
  }
}
