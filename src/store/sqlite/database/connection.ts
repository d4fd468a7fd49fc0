import Database from "better-sqlite3";
import { damagedValue, WAYS_OUT } from "../../damage.ts";
import { StoreError, type StoreErrorCode } from "../../store.ts";

export type Connection = Database.Database;
export type Statement<Row = unknown> = Database.Statement<unknown[], Row>;

export interface ConnectionOptions {
  readonly readonly: boolean;
  /** Page cache in KiB. */
  readonly cacheKib: number;
  /** How long (ms) a statement blocks its thread while another program has the database locked; by default ten seconds. */
  readonly busyMs?: number;
}

const BUSY_MS = 10_000;

/**
 * Open a connection with the settings that every connection needs. By default SQLite runs `synchronous = NORMAL` in WAL
 * mode, and then a power cut loses acknowledged messages.
 */
export function connect(path: string, options: ConnectionOptions): Connection {
  const { readonly, busyMs = BUSY_MS } = options;
  const db = new Database(path, { readonly, fileMustExist: readonly, timeout: busyMs });
  try {
    if (!readonly) {
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

const FULL = "the disk (or its quota) is full: free some space; nothing that was acknowledged is lost";
const LOCKED = "another program has it locked: end that program, or wait until it is done; nothing is lost";

const ERRORS: readonly [prefix: string, code: StoreErrorCode, sentence: string][] = [
  ["SQLITE_FULL", "disk_full", FULL],
  // What a full disk answers to a reader, which needs some space for the `-shm`.
  ["SQLITE_IOERR_SHMSIZE", "disk_full", FULL],
  ["SQLITE_READONLY", "read_only", "the database or its folder cannot be written: give this user write permission"],
  ["SQLITE_PERM", "read_only", "the database or its folder cannot be written: give this user write permission"],
  ["SQLITE_CORRUPT", "corrupt", `the database is damaged: ${WAYS_OUT}`],
  ["SQLITE_NOTADB", "not_a_database", "the file is not an SQLite database: give another path, or move the file away"],
  ["SQLITE_BUSY", "busy", LOCKED],
  ["SQLITE_LOCKED", "busy", LOCKED],
  ["SQLITE_CANTOPEN", "cannot_open", "the file cannot be opened: check that its folder exists and may be written"],
  [
    "SQLITE_IOERR",
    "io",
    "reading or writing the disk failed: check the disk, its cable or its network, and the system's log",
  ],
  ["SQLITE_NOMEM", "io", "out of memory"],
];

/** Statements are prepared against the schema of the migrations. */
const OTHER_SCHEMA = /^no such (column|table|index)|^malformed database schema|has no column named/;

/** The StoreError for an error of the complete file; null for other errors, like a violated constraint. */
export function storeErrorOf(error: unknown, path: string): StoreError | null {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Database.SqliteError)) return null;
  for (const [prefix, code, sentence] of ERRORS) {
    if (error.code.startsWith(prefix))
      return new StoreError(code, `Database ${path}: ${sentence} (${error.message}).`, error);
  }
  if (error.code === "SQLITE_ERROR" && OTHER_SCHEMA.test(error.message))
    return new StoreError(
      "corrupt",
      `Database ${path}: its schema was changed by another program, or is damaged (${error.message}): ${WAYS_OUT}.`,
      error,
    );
  return null;
}

/** The error to throw when a call of the store fails: a StoreError for an error of the file or of what it holds. */
export function storeError(error: unknown, path: string): unknown {
  return storeErrorOf(error, path) ?? damagedValue(error, path) ?? contradiction(error, path) ?? error;
}

/** Of a message it is one that cannot be handled; of a complete call it is the rows that were there before. */
function contradiction(error: unknown, path: string): StoreError | null {
  if (!(error instanceof Database.SqliteError) || !error.code.startsWith("SQLITE_CONSTRAINT")) return null;
  return new StoreError(
    "corrupt",
    `Database ${path}: its rows contradict each other (${error.message}), so it is damaged, or another program wrote to it: ${WAYS_OUT}.`,
    error,
  );
}
