import { statSync } from "node:fs";
import type { DatabaseSize, TableSize } from "../../../contract/live/database-metrics.ts";
import { present } from "../../../contract/present.ts";
import { codeOf } from "../../../contract/to-error.ts";
import { DAY, MINUTE } from "../../../contract/time/time-units.ts";
import { READER_CACHE_KIB } from "../read/reader-cache.ts";
import type { Connection, Statement, Statements } from "../database/connection.ts";

/** A larger file is not measured table by table: that reads each page, and other queries wait for it. */
const MAX_MEASURED = 128 * 1024 * 1024;
const MEASURED_EVERY_MS = 10 * MINUTE;
const GROWTH_DAYS = 7;

type Bytes = ReadonlyMap<string, number>;

/** How large the database and its tables are. */
export class DatabaseSizes {
  readonly #db: Connection;
  readonly #path: string;
  readonly #pages: Statement<{ size: number; free: number; page_size: number }>;
  readonly #objects: Statement<{ name: string; table: string; type: string; keyed: 0 | 1 }>;
  readonly #bytes: Statement<{ name: string; bytes: number }>;
  readonly #made: Statement<{ rows: number | null }>;
  #measured: { readonly at: number; readonly bytes: Bytes } | null = null;

  constructor(db: Connection, statements: Statements, path: string) {
    this.#db = db;
    this.#path = path;
    this.#pages = statements.prepare(
      "size.pages",
      `SELECT page_count * page_size AS size, freelist_count * page_size AS free, page_size
       FROM pragma_page_count(), pragma_page_size(), pragma_freelist_count()`,
    );
    this.#objects = statements.prepare(
      "size.objects",
      // The tables behind a search index have keys that number no rows.
      `SELECT o.name, o.tbl_name AS "table", o.type, ifnull(t.wr OR t.type = 'shadow', FALSE) AS keyed
       FROM sqlite_schema o LEFT JOIN pragma_table_list t ON t.schema = 'main' AND t.name = o.name
       WHERE o.type IN ('table', 'index') AND o.rootpage > 0`,
    );
    this.#bytes = statements.prepare("size.bytes", "SELECT name, pgsize AS bytes FROM dbstat WHERE aggregate = TRUE");
    this.#made = statements.prepare(
      "size.made",
      "SELECT sum(total) AS rows FROM task_counts_daily WHERE day >= ? AND day < ?",
    );
  }

  size(now: number): DatabaseSize {
    const pages = present(this.#pages.get(), "the number of pages");
    const bytes = pages.size <= MAX_MEASURED ? this.#measure(now) : null;
    const objects = this.#objects.all();
    const today = Math.floor(now / DAY) * DAY;
    const tables = objects
      .filter(({ type }) => type === "table")
      .map(({ name, keyed }): TableSize => {
        const indexes = objects.filter((one) => one.type === "index" && one.table === name);
        return {
          name,
          rows: keyed === 1 ? null : this.#rows(name),
          bytes: bytes === null ? null : (bytes.get(name) ?? 0),
          index_bytes: bytes === null ? null : indexes.reduce((sum, index) => sum + (bytes.get(index.name) ?? 0), 0),
          growth_per_day: name === "task_records" ? this.#growth(today) : null,
        };
      });
    const weight = (table: TableSize): number => (table.bytes ?? 0) + (table.index_bytes ?? 0);
    return {
      ...pages,
      cache: READER_CACHE_KIB * 1024,
      wal: fileBytes(`${this.#path}-wal`),
      tables: tables.toSorted((a, b) => weight(b) - weight(a) || (b.rows ?? 0) - (a.rows ?? 0)),
    };
  }

  #measure(now: number): Bytes {
    if (this.#measured === null || Math.abs(now - this.#measured.at) >= MEASURED_EVERY_MS)
      this.#measured = { at: now, bytes: new Map(this.#bytes.all().map(({ name, bytes }) => [name, bytes])) };
    return this.#measured.bytes;
  }

  /** The ends of the key: no row between them is read. */
  #rows(table: string): number {
    const name = `"${table.replaceAll('"', '""')}"`;
    const row = this.#db
      .prepare<[], { first: number | null; last: number | null }>(
        `SELECT (SELECT min(rowid) FROM ${name}) AS first, (SELECT max(rowid) FROM ${name}) AS last`,
      )
      .get();
    return row === undefined || row.first === null || row.last === null ? 0 : row.last - row.first + 1;
  }

  #growth(today: number): number {
    return Math.round((this.#made.get(today - GROWTH_DAYS * DAY, today)?.rows ?? 0) / GROWTH_DAYS);
  }
}

/** 0 for a file that is not there. */
function fileBytes(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}
