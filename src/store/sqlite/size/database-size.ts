import { statSync } from "node:fs";
import type { DatabaseSize, TableSize } from "../../../contract/live/database-metrics.ts";
import type { DaySize } from "../../../contract/live/health-history.ts";
import { present } from "../../../contract/present.ts";
import { codeOf } from "../../../contract/to-error.ts";
import type { FileSize } from "../../../contract/live/maintenance-store.ts";
import { READER_CACHE_KIB } from "../read/reader-cache.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { Growth } from "./growth.ts";
import { MaintenanceRuns } from "./maintenance-runs.ts";

/** How large the file is; no page of a table is read. */
export class FileSizes {
  readonly #path: string;
  readonly #pages: Statement<Omit<FileSize, "wal">>;

  constructor(statements: Statements, path: string) {
    this.#path = path;
    this.#pages = statements.prepare(
      "size.pages",
      `SELECT page_count * page_size AS size, freelist_count * page_size AS free, page_size
       FROM pragma_page_count(), pragma_page_size(), pragma_freelist_count()`,
    );
  }

  size(): FileSize {
    return { ...present(this.#pages.get(), "the number of pages"), wal: fileBytes(`${this.#path}-wal`) };
  }
}

/** How large the database and its tables are, as they were last measured. */
export class DatabaseSizes {
  readonly #file: FileSizes;
  readonly #growth: Growth;
  readonly #runs: MaintenanceRuns;
  readonly #tables: Statement<{ name: string }>;
  readonly #history: Statement<DaySize>;

  constructor(statements: Statements, path: string) {
    this.#file = new FileSizes(statements, path);
    this.#growth = new Growth(statements);
    this.#runs = new MaintenanceRuns(statements);
    this.#tables = statements.prepare(
      "size.tables",
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0",
    );
    this.#history = statements.prepare(
      "size.history",
      `SELECT measured_at, name, bytes + index_bytes AS bytes FROM table_sizes
       WHERE measured_at >= ? AND daily = TRUE ORDER BY measured_at, name`,
    );
  }

  /** The first measurement of each day. */
  history(since: number): readonly DaySize[] {
    return this.#history.all(since);
  }

  size(now: number): DatabaseSize {
    const measured = this.#growth.tables(now);
    const tables = this.#tables.all().map(({ name }): TableSize => ({ ...NOT_MEASURED, ...measured.get(name), name }));
    const weight = (table: TableSize): number => (table.bytes ?? 0) + (table.index_bytes ?? 0);
    return {
      ...this.#file.size(),
      cache: READER_CACHE_KIB * 1024,
      growth_per_day: this.#growth.perDay(now),
      measured: this.#runs.last("measure"),
      checked: this.#runs.last("check"),
      analyzed: this.#runs.last("analyze"),
      tables: tables.toSorted((a, b) => weight(b) - weight(a)),
    };
  }
}

const NOT_MEASURED = { rows: null, bytes: null, index_bytes: null, growth_per_day: null, rows_per_day: null };

/** 0 for a file that is not there. */
function fileBytes(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}
