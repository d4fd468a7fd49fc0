import { RETAINED, type RetainedTable } from "../../../contract/retention/tables.ts";
import type { DuePart, RetentionQueries } from "../../retention/retention-store.ts";
import type { HourCount } from "../../../core/retention/daily.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { CleanupReader } from "./cleanups.ts";
import { DryRun } from "./dry-run.ts";
import { beginning, type Cursor } from "./due.ts";
import { PolicyReader } from "./policies.ts";

/** Rows with an age of their own, where others go with rows of another table. */
const COUNTED_WHERE: Readonly<Partial<Record<RetainedTable, string>>> = {
  decisions: " WHERE record_id IS NULL AND file_message_id IS NULL",
};

/** Rows of one page of what is due. */
const LOOKED_AT = 1000;

export class RetentionReader {
  readonly policies: PolicyReader;
  readonly cleanups: CleanupReader;
  readonly dryRun: DryRun;
  readonly #rows: ReadonlyMap<RetainedTable, Statement<{ rows: number }>>;
  readonly #hours: Statement<HourCount>;

  constructor(statements: Statements) {
    this.policies = new PolicyReader(statements);
    this.cleanups = new CleanupReader(statements);
    this.dryRun = new DryRun(statements);
    this.#rows = new Map(
      RETAINED.map((table) => [
        table,
        statements.prepare(
          `retention.rows.${table}`,
          `SELECT count(*) AS rows FROM ${table}${COUNTED_WHERE[table] ?? ""}`,
        ),
      ]),
    );
    this.#hours = statements.prepare(
      "retention.hours",
      "SELECT hour, sum(total) AS total FROM task_counts_hourly WHERE hour >= ? GROUP BY hour",
    );
  }

  dueNext(...[limits, after, rows]: Parameters<RetentionQueries["dueNext"]>): DuePart {
    const cursor = after === null ? beginning(limits, rows) : (JSON.parse(after) as Cursor);
    const { due, next } = this.dryRun.due[limits.table].page(limits, cursor, LOOKED_AT);
    return { count: due.length, next: next === null ? null : JSON.stringify(next) };
  }

  rows(table: RetainedTable): number {
    return this.#rows.get(table)?.get()?.rows ?? 0;
  }

  hours(since: number): readonly HourCount[] {
    return this.#hours.all(since);
  }
}

/** The port's queries, each on the reader. */
export function retentionQueries(query: <T>(ask: (reader: RetentionReader) => T) => T): RetentionQueries {
  return {
    cleanups: async ({ before, limit }) => query(({ cleanups }) => cleanups.newest(before, limit)),
    cleanup: async (id) => query(({ cleanups }) => cleanups.one(id)),
    policies: async () => query(({ policies }) => policies.all()),
    countDue: async (step) => query(({ dryRun }) => dryRun.page(step)),
    dueNext: async (...args) => query((reader) => reader.dueNext(...args)),
    rows: async (table) => query((reader) => reader.rows(table)),
    hours: async (since) => query((reader) => reader.hours(since)),
  };
}
