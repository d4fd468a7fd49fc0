import Database from "better-sqlite3";
import { StoreError, type StoreErrorCode } from "../../store.ts";

export type Connection = Database.Database;
export type Statement<Row = unknown> = Database.Statement<unknown[], Row>;

export interface ConnectionOptions {
  readonly readonly: boolean;
  /** Page cache in KiB. */
  readonly cacheKib: number;
}

/**
 * Open a connection with the settings that every connection needs. By default SQLite runs `synchronous = NORMAL` in WAL
 * mode, and then a power cut loses acknowledged messages.
 */
export function connect(path: string, options: ConnectionOptions): Connection {
  const db = new Database(path, { readonly: options.readonly, fileMustExist: options.readonly, timeout: 10_000 });
  try {
    if (!options.readonly) {
      // Both only take effect on a file without tables; the order matters, since WAL writes the first page.
      db.pragma("auto_vacuum = INCREMENTAL");
      db.pragma("journal_mode = WAL");
    }
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = ON");
    db.pragma("wal_autocheckpoint = 1000");
    db.pragma(`cache_size = -${options.cacheKib}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The prepared statements of one connection by name; tests check the list against the query planner. */
export class Statements {
  readonly #db: Connection;
  readonly #sql = new Map<string, string>();

  constructor(db: Connection) {
    this.#db = db;
  }

  prepare<Row = unknown>(name: string, sql: string): Statement<Row> {
    if (this.#sql.has(name)) throw new Error(`two statements named ${name}`);
    this.#sql.set(name, sql);
    return this.#db.prepare<unknown[], Row>(sql);
  }

  list(): readonly { readonly name: string; readonly sql: string }[] {
    return [...this.#sql].map(([name, sql]) => ({ name, sql }));
  }
}

const ERRORS: readonly [prefix: string, code: StoreErrorCode, sentence: string][] = [
  [
    "SQLITE_FULL",
    "disk_full",
    "the disk (or its quota) is full: free some space; nothing that was acknowledged is lost",
  ],
  ["SQLITE_READONLY", "read_only", "the database or its folder cannot be written: give this user write permission"],
  ["SQLITE_PERM", "read_only", "the database or its folder cannot be written: give this user write permission"],
  [
    "SQLITE_CORRUPT",
    "corrupt",
    "the database is damaged: restore a backup, or save what is left with `sqlite3 FILE .recover`",
  ],
  ["SQLITE_NOTADB", "not_a_database", "the file is not an SQLite database: give another path, or move the file away"],
  ["SQLITE_BUSY", "busy", "another program holds a lock on the database: end it"],
  ["SQLITE_LOCKED", "busy", "another program holds a lock on the database: end it"],
  ["SQLITE_CANTOPEN", "cannot_open", "the file cannot be opened: check that its folder exists and may be written"],
  ["SQLITE_IOERR", "io", "reading or writing the disk failed: check the disk"],
  ["SQLITE_NOMEM", "io", "out of memory"],
];

/** The StoreError for an error of the complete file; null for other errors, like a violated constraint. */
export function storeErrorOf(error: unknown, path: string): StoreError | null {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Database.SqliteError)) return null;
  for (const [prefix, code, sentence] of ERRORS) {
    if (error.code.startsWith(prefix))
      return new StoreError(code, `Database ${path}: ${sentence} (${error.message}).`, error);
  }
  return null;
}

/** The error to throw when opening or reading fails. */
export function storeError(error: unknown, path: string): unknown {
  return storeErrorOf(error, path) ?? error;
}
