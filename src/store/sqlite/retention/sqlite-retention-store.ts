import type { Limits } from "../../../core/retention/policy.ts";
import { RETAINED, type RetainedTable } from "../../../contract/retention/tables.ts";
import { type ArchivedRow, digestOf } from "../../retention/archived-row.ts";
import type { ArchivedBatch, Cleanup, CountedPage, RetentionStore, StepSize } from "../../retention/retention-store.ts";
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
import { beginning, boundOf, type Cursor, type DuePage, type DueRow, type DueRows, pageWithin } from "./due.ts";
import { DigestedRows } from "./owned-rows.ts";
import { Policies } from "./policies.ts";

/** Tables whose rows are deleted one by one, with those that go with each. */
type OtherTable = Exclude<RetainedTable, "task_records">;

/** What is known of rows that are gone. */
export interface RetentionMarks {
  readonly ids: IdSequences;
  readonly deletedMark: DeletedMark;
}

interface MayGo {
  readonly answer: (id: number) => "now" | "later" | "never";
  readonly maxRows: number;
}

/** Of the values that one step compares with what is archived, about so many letters: the thread waits for it. */
const MAX_COMPARED = 4 * 1024 * 1024;

function sizeOf(rows: readonly ArchivedRow[]): number {
  let size = 0;
  for (const { values } of rows) for (const value of values) size += typeof value === "string" ? value.length : 8;
  return size;
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
  readonly #digested: ReadonlyMap<RetainedTable, DigestedRows>;

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
    this.#digested = new Map(RETAINED.map((table) => [table, new DigestedRows(statements, table)]));
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

  async step(id: number, size: StepSize, now: number): Promise<Cleanup | null> {
    try {
      return this.#writer.transaction(() => this.#step(id, size, now));
    } catch (error) {
      this.#mark.rolledBack();
      throw error;
    }
  }

  #step(id: number, { maxRows, rows, archived }: StepSize, now: number): Cleanup | null {
    const cleanup = this.#cleanups.one(id);
    const limits = cleanup?.plan[cleanup.atStep];
    if (cleanup === null || limits === undefined || cleanup.state !== "running" || cleanup.dryRun) return null;
    const { table } = limits;
    const cursor = cleanup.cursor === null ? beginning(limits, rows) : (JSON.parse(cleanup.cursor) as Cursor);
    const found = this.#due[table].page(limits, cursor, maxRows);
    const until = archived === null || archived.until === null ? null : (JSON.parse(archived.until) as Cursor);
    const page = pageWithin(found, until);
    const deleted = new DeletedRows();
    const mayGo = this.#mayGo(table, archived, maxRows, deleted);
    const next = page.due.length === 0 ? page.next : this.#delete(limits, page, cursor, mayGo, deleted);
    return this.#advance(cleanup, deleted.byTable, next, now);
  }

  /** Whether a row may be deleted now: `later` for one of the next step, `never` for one that is not archived, or was changed since. */
  #mayGo(table: RetainedTable, archived: ArchivedBatch | null, maxRows: number, deleted: DeletedRows): MayGo {
    let compared = 0;
    const answer = (id: number): "now" | "later" | "never" => {
      // What is compared and stays is compared in this step only: there must be some progress.
      if (deleted.total >= maxRows || (compared >= MAX_COMPARED && deleted.total > 0)) return "later";
      if (archived === null) return "now";
      const digest = archived.digests.get(id);
      const rows = digest === undefined ? [] : (this.#digested.get(table)?.of(id) ?? []);
      compared += sizeOf(rows);
      return digest !== undefined && digestOf(rows) === digest ? "now" : "never";
    };
    return { answer, maxRows };
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
  #delete(limits: Limits, { due, next }: DuePage, from: Cursor, mayGo: MayGo, deleted: DeletedRows): Cursor | null {
    const { table } = limits;
    // Read before its rows are gone: from then on only the mark knows the highest.
    this.#ids.keep();
    const changes = changesOf(this.#db);
    let cut: Cursor | null;
    if (table === "task_records") {
      cut = this.#deleteTasks(due, from, mayGo, deleted);
      this.#mark.write(boundOf(limits, from.surplus) ?? 0);
    } else cut = this.#deleteOthers(table, due, from, mayGo, deleted);
    this.#mark.fell(changes - changesOf(this.#db));
    return cut ?? next;
  }

  /** Returns where the next step goes on, when this one could not delete them all. */
  #deleteTasks(due: readonly DueRow[], from: Cursor, mayGo: MayGo, deleted: DeletedRows): Cursor | null {
    const gone: number[] = [];
    let cursor = from;
    let isCut = false;
    for (const { id, ids } of due) {
      const { surplus } = cursor;
      for (const [index, record] of ids.entries()) {
        const may = mayGo.answer(record);
        isCut = may === "later";
        // What is left of a run goes before others, whatever their number is then.
        if (isCut && index > 0)
          cursor = { ...cursor, surplus: surplus > 0 ? Math.max(1, cursor.surplus) : surplus, cut: record };
        if (isCut) break;
        if (may === "never") continue;
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
    { answer, maxRows }: MayGo,
    deleted: DeletedRows,
  ): Cursor | null {
    const rows = this.#others.get(table);
    let cursor = from;
    for (const { at, id, ids } of due) {
      let { surplus } = cursor;
      for (const one of ids) {
        const may = answer(one);
        if (may === "later") return cursor;
        if (may === "never") continue;
        if (rows?.delete(one, maxRows - deleted.total, deleted) !== true) return cursor;
        surplus -= 1;
      }
      cursor = { at, id, surplus };
    }
    return null;
  }
}
