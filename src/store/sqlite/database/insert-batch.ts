import type { Statement, Statements } from "./connection.ts";

/** Larger statements save no more time. */
const ROWS = 16;

/**
 * Collects rows of one table that nothing reads before the transaction ends, and inserts many at a time, which costs half
 * of inserting each. The writer flushes every batch before it commits, and drops rows when it rolls back a savepoint.
 */
export class InsertBatch {
  readonly #one: Statement;
  readonly #many: Statement;
  readonly #width: number;
  #values: unknown[] = [];

  constructor(statements: Statements, name: string, table: string, columns: readonly string[]) {
    this.#width = columns.length;
    const row = `(${columns.map(() => "?").join(", ")})`;
    const insert = (rows: number): string =>
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${Array.from({ length: rows }, () => row).join(", ")}`;
    this.#one = statements.prepare(`${name}.insert`, insert(1));
    this.#many = statements.prepare(`${name}.insert_many`, insert(ROWS));
  }

  /** A value for each column. */
  add(...values: readonly unknown[]): void {
    for (const value of values) this.#values.push(value);
  }

  /** The current length of the batch, for `backTo`. */
  mark(): number {
    return this.#values.length;
  }

  backTo(mark: number): void {
    this.#values.length = mark;
  }

  flush(): void {
    const values = this.#values;
    if (values.length === 0) return;
    this.#values = [];
    let at = 0;
    for (const size = ROWS * this.#width; at + size <= values.length; at += size) {
      this.#many.run(values.slice(at, at + size));
    }
    for (; at < values.length; at += this.#width) this.#one.run(values.slice(at, at + this.#width));
  }
}
