import type { RetainedTable } from "../../../contract/retention/tables.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { BELONGING, ownerColumn } from "./belonging.ts";
import type { DeletedRows } from "./deleted-rows.ts";

interface Part {
  readonly table: string;
  readonly statement: Statement;
  readonly isCut: boolean;
}

/** Deletes a row of one table, or an hour of counters, with the rows that go with it. */
export class DeleteRows {
  readonly #table: RetainedTable;
  readonly #delete: Statement;
  readonly #parts: readonly Part[];

  constructor(statements: Statements, table: RetainedTable) {
    this.#table = table;
    this.#delete = statements.prepare(
      `retention.delete.${table}`,
      `DELETE FROM ${table} WHERE ${ownerColumn(table)} = ?`,
    );
    this.#parts = (BELONGING[table] ?? []).map(({ table: other, condition, key }) => {
      const where =
        key === undefined
          ? condition
          : `${condition} AND ${key} IN (SELECT ${key} FROM ${other} WHERE ${condition} LIMIT ?)`;
      return {
        table: other,
        isCut: key !== undefined,
        statement: statements.prepare(`retention.of_${table}.${other}`, `DELETE FROM ${other} WHERE ${where}`),
      };
    });
  }

  /** False: more rows go with it than this step may delete, and the row itself is still there. */
  delete(id: number, maxRows: number, deleted: DeletedRows): boolean {
    const until = deleted.total + Math.max(1, maxRows);
    for (const { table, statement, isCut } of this.#parts) {
      const left = Math.max(1, until - deleted.total);
      const { changes } = isCut ? statement.run(id, id, left) : statement.run(id);
      deleted.add(table, changes);
      if (isCut && changes >= left) return false;
    }
    deleted.add(this.#table, this.#delete.run(id).changes);
    return true;
  }
}
