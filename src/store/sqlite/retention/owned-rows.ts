import type { RetainedTable } from "../../../contract/retention/tables.ts";
import type { ArchivedRow, ArchivedValue } from "../../retention/archived-row.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { AS_CHILD, BELONGING, type Belonging, OF_TASK, ownerColumn, RELATIONSHIPS } from "./belonging.ts";

interface Part {
  readonly table: string;
  readonly select: Statement<ArchivedValue[]>;
}

/** The values as they are stored, without the names of the columns. */
function exact(statement: Statement): Statement<ArchivedValue[]> {
  return statement.raw().safeIntegers() as unknown as Statement<ArchivedValue[]>;
}

/** Made of the records, and not archived with them. */
const DERIVED: ReadonlySet<string> = new Set(["task_search", "task_failures"]);

function ownedBy(table: RetainedTable): readonly Belonging[] {
  const all = table === "task_records" ? OF_TASK : (BELONGING[table] ?? []);
  return all.filter((one) => !DERIVED.has(one.table));
}

function partsOf(
  statements: Statements,
  table: RetainedTable,
  belonging: readonly (Belonging & { readonly name?: string })[],
): readonly Part[] {
  return belonging.map(({ table: other, condition, name = other }) => ({
    table: other,
    select: exact(statements.prepare(`archive.of_${table}.${name}`, `SELECT * FROM ${other} WHERE ${condition}`)),
  }));
}

/**
 * What tells whether a row is still as it was archived: the row itself, and what goes with it and no other. Where very many may, the
 * row counts them, or says when it last changed.
 */
export class DigestedRows {
  readonly #parts: readonly Part[];

  constructor(statements: Statements, table: RetainedTable) {
    const digested = ownedBy(table).filter(({ key }) => key === undefined);
    const own = `SELECT * FROM ${table} WHERE ${ownerColumn(table)} = ?`;
    this.#parts = [
      { table, select: exact(statements.prepare(`archive.${table}`, own)) },
      ...partsOf(statements, table, digested),
    ];
  }

  /** Of a row, or of an hour; empty: it is gone. */
  of(id: number): readonly ArchivedRow[] {
    return this.#parts.flatMap(({ table, select }) => select.all(id).map((values) => ({ table, values })));
  }
}

/** The rest of what goes with a row: there may be more of it than the memory holds. */
export class OtherOwnedRows {
  readonly #parts: readonly Part[];
  readonly #asChild: Statement<ArchivedValue[]> | null;
  readonly #parent: Statement<{ parentId: number | null }> | null;

  constructor(statements: Statements, table: RetainedTable) {
    const shared = table === "task_records" ? RELATIONSHIPS : [];
    const others = [...ownedBy(table).filter(({ key }) => key !== undefined), ...shared];
    this.#parts = partsOf(statements, table, others);
    this.#asChild = null;
    this.#parent = null;
    if (table !== "task_records") return;
    this.#asChild = exact(
      statements.prepare("archive.of_task.as_child", `SELECT * FROM task_relationships WHERE ${AS_CHILD}`),
    );
    this.#parent = statements.prepare(
      "archive.of_task.parent",
      "SELECT parent_id AS parentId FROM task_records WHERE id = ?",
    );
  }

  *of(id: number): Generator<ArchivedRow> {
    for (const { table, select } of this.#parts) for (const values of select.iterate(id)) yield { table, values };
    const parent = this.#parent?.get(id)?.parentId ?? null;
    if (parent !== null)
      for (const values of this.#asChild?.all(id, parent) ?? []) yield { table: "task_relationships", values };
  }
}
