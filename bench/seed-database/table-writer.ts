import type { Connection, Statement } from "../../src/store/sqlite/database/connection.ts";

/** More rows a statement save nothing more. */
const ROWS = 12;

/** Rows of one table, many to a statement. What is gathered is written at the latest by `flush`. */
export class TableWriter {
  readonly table: string;
  written = 0;
  readonly #many: Statement;
  readonly #one: Statement;
  readonly #width: number;
  readonly #values: unknown[];
  #at = 0;

  /** `columns` as one text, with spaces between them. */
  constructor(db: Connection, table: string, columns: string) {
    const names = columns.split(/\s+/);
    this.table = table;
    this.#width = names.length;
    const row = `(${names.map(() => "?").join(", ")})`;
    const insert = (rows: number): string =>
      `INSERT INTO ${table} (${names.join(", ")}) VALUES ${Array.from({ length: rows }, () => row).join(", ")}`;
    this.#many = db.prepare(insert(ROWS));
    this.#one = db.prepare(insert(1));
    this.#values = Array.from({ length: ROWS * this.#width }, () => null);
  }

  /** A value for each column, in their order. */
  add(...row: readonly unknown[]): void {
    const values = this.#values;
    let at = this.#at;
    for (const value of row) values[at++] = value;
    this.written += 1;
    if (at === values.length) {
      this.#many.run(values);
      at = 0;
    }
    this.#at = at;
  }

  flush(): void {
    for (let at = 0; at < this.#at; at += this.#width) this.#one.run(this.#values.slice(at, at + this.#width));
    this.#at = 0;
  }
}
