import type { Connection, Statement } from "../../src/store/sqlite/connection.ts";

const GATHERED = 2000;

/** The words of tasks, indexed as Flowlord does it behind the writer; timed apart. */
export class SearchRows {
  written = 0;
  ms = 0;
  readonly #insert: Statement;
  #rows: [id: number, info: string, meta: string, msg: string][] = [];

  constructor(db: Connection) {
    this.#insert = db.prepare("INSERT INTO task_search (rowid, info, meta, msg) VALUES (?, ?, ?, ?)");
  }

  add(id: number, info: string, meta: string, msg: string): void {
    this.#rows.push([id, info, meta, msg]);
    if (this.#rows.length === GATHERED) this.flush();
  }

  flush(): void {
    const start = performance.now();
    for (const row of this.#rows) this.#insert.run(...row);
    this.written += this.#rows.length;
    this.#rows = [];
    this.ms += performance.now() - start;
  }
}
