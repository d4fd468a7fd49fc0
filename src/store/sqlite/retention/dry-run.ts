import type { Limits } from "../../../core/retention/policy.ts";
import { RETAINED, type RetainedTable } from "../../../contract/retention/tables.ts";
import type { CountedPage, DryRunStep } from "../../retention/retention-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { BELONGING } from "./belonging.ts";
import { CountTask } from "./count-task.ts";
import { DeletedRows } from "./deleted-rows.ts";
import { dueRows } from "./due-rows.ts";
import { beginning, type Cursor, type DueRow, type DueRows } from "./due.ts";
import { IdSet } from "./id-set.ts";

/** Rows that one page counts: other queries wait for it. */
const COUNTED = 250;

/** A row that goes, or one record of a run that does. */
interface Next {
  readonly id: number;
  readonly rows: number;
}

/**
 * Counts a page at a time what a cleanup deletes, with all that goes with it. Which records went before is in memory, and so is how far
 * it is: after a restart it begins anew.
 */
export class DryRun {
  readonly due: Readonly<Record<RetainedTable, DueRows>>;
  readonly #task: CountTask;
  readonly #others: ReadonlyMap<RetainedTable, readonly (readonly [table: string, Statement<{ rows: number }>])[]>;
  readonly #occurrences: Statement<{ recordId: number | null }>;
  #run: number | null = null;
  #atStep = 0;
  /** Of the page that is next; null: a table begins. */
  #token: string | null = null;
  #pages = 0;
  #gone = new IdSet();
  #pending: Next[] = [];
  #cursor: Cursor | null = null;

  constructor(statements: Statements) {
    this.due = dueRows(statements);
    this.#task = new CountTask(statements);
    this.#others = new Map(
      RETAINED.map((table) => [
        table,
        (BELONGING[table] ?? []).map(({ table: other, condition }) => [
          other,
          statements.prepare(
            `dry_run.of_${table}.${other}`,
            `SELECT count(*) AS rows FROM ${other} WHERE ${condition}`,
          ),
        ]),
      ]),
    );
    this.#occurrences = statements.prepare(
      "dry_run.occurrences",
      "SELECT record_id AS recordId FROM alert_occurrences WHERE alert_id = ?",
    );
  }

  /** Null: what this run counted before is not known any more. */
  page({ run, atStep, limits, after, rows }: DryRunStep): CountedPage | null {
    if (after !== null) {
      if (this.#run !== run || this.#atStep !== atStep || this.#token !== after) return null;
    } else if (atStep === 0) this.#gone = new IdSet();
    else if (this.#run !== run || this.#atStep !== atStep - 1 || this.#token !== null) return null;
    if (after === null) {
      this.#run = run;
      this.#atStep = atStep;
      this.#cursor = beginning(limits, rows);
      this.#pending = [];
    }
    const counted = this.#count(limits);
    const isDone = this.#pending.length === 0 && this.#cursor === null;
    this.#pages += 1;
    this.#token = isDone ? null : String(this.#pages);
    return { rows: counted.byTable, next: this.#token };
  }

  #count(limits: Limits): DeletedRows {
    const { table } = limits;
    if (this.#pending.length === 0 && this.#cursor !== null) {
      const { due, next } = this.due[table].page(limits, this.#cursor, COUNTED);
      this.#pending = due.flatMap((row) => parts(table, row));
      this.#cursor = next;
    }
    const counted = new DeletedRows();
    const part = this.#pending.splice(0, COUNTED);
    if (table === "task_records") {
      for (const { id } of part) this.#task.count(id, this.#gone, counted);
      this.#task.countBlocks(
        part.map(({ id }) => id),
        this.#gone,
        counted,
      );
    } else for (const row of part) this.#countOther(table, row, counted);
    return counted;
  }

  #countOther(table: RetainedTable, { id, rows }: Next, counted: DeletedRows): void {
    for (const [other, count] of this.#others.get(table) ?? [])
      counted.add(other, other === "alert_occurrences" ? this.#leftOccurrences(id, count) : (count.get(id)?.rows ?? 0));
    counted.add(table, rows);
  }

  /** Those of tasks go with these. */
  #leftOccurrences(id: number, count: Statement<{ rows: number }>): number {
    if (this.#gone.isEmpty) return count.get(id)?.rows ?? 0;
    return this.#occurrences.all(id).filter(({ recordId }) => recordId === null || !this.#gone.has(recordId)).length;
  }
}

/** Records of a run go one by one, rows of an hour at once. */
function parts(table: RetainedTable, { ids, rows }: DueRow): readonly Next[] {
  return ids.map((id) => ({ id, rows: table === "task_records" ? 1 : rows }));
}
