import { closeSync, existsSync, mkdirSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { ChangingRedact } from "../../contract/redact/changing-redact.ts";
import { DEFAULT_RULES, type RedactRules } from "../../contract/redact/rules.ts";
import { toError } from "../../contract/to-error.ts";
import { StoreError, type ReadStore, type Store } from "../store.ts";
import { finishReplacement, isBeingReplaced } from "./backup/replace-database.ts";
import { connect, storeError, type Connection } from "./database/connection.ts";
import { copyBeforeMigration, removeOlderCopies } from "./database/copy-before-migration.ts";
import { checkIntegrity } from "./database/integrity.ts";
import { readLegacyFile } from "./legacy/legacy-file.ts";
import { importDatabase, type ImportOptions } from "./legacy/import-database.ts";
import { lockInstance } from "./database/lock.ts";
import { LockWait } from "./database/lock-wait.ts";
import { migrate, readMigrations, schemaVersion, type Migration } from "./database/migrate.ts";
import { realFile } from "./database/open-files.ts";
import { WalKeeper } from "./journal/wal-keeper.ts";
import { SqliteReadStore } from "./read/read-store.ts";
import { READER_CACHE_KIB } from "./read/reader-cache.ts";
import { readerPool } from "./read/reader-pool.ts";
import { SqliteStore } from "./sqlite-store.ts";

export interface StoreOptions {
  /** The database file; it and its folder are created when missing. */
  readonly path: string;
  now(): number;
  /** A unique id: this process as the owner of the outbox rows that it publishes. */
  newId(): string;
  /** How to import a legacy file; without it such a file is refused. */
  readonly import?: ImportOptions | undefined;
  /** What a search finds nothing by; default: what is hidden without a configuration. */
  readonly redact?: RedactRules;
  /** How many copies stay that were made before a migration; 0: none is made. Default: 2. */
  readonly migrationCopies?: number;
  /** Told what is done to the file as a whole, which may take minutes. */
  readonly say?: (sentence: string) => void;
  /** A running instance, not a command: queries run in a separate thread, and each start checks the file for damage. */
  readonly readsInThread?: boolean;
  /** The log of changes is shipped: nothing empties it but `journal`. */
  readonly isShipped?: boolean;
  /** Aborted: this process stops, and calls do not wait any more for a lock of another program. */
  readonly signal?: AbortSignal;
  /** Called with the lock held, before the file is looked at: it may put another in its place, or refuse by an error. */
  readonly beforeOpen?: ((path: string) => Promise<void>) | undefined;
}

/** On the hot path most pages that a group touches must be in memory. */
const WRITER_CACHE_KIB = 64 * 1024;
/** It waits by itself, and leaves nothing to repeat. */
const NEVER_REPEATED: ReadonlySet<string> = new Set(["close"]);
const HEADER = "SQLite format 3\0";
const MIGRATION_COPIES = 2;

/**
 * Open the database for writing: one process at a time. Throws StoreError, with the file untouched, when another
 * instance has it, when it is not a database or belongs to another program, or when its schema is newer.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return openSqliteStore(options);
}

/** The same, typed as the class, for tests: `known` replaces the migrations, `onConnect` gets the write connection. */
export async function openSqliteStore(
  options: StoreOptions & { readonly known?: readonly Migration[]; onConnect?(db: Connection): void },
): Promise<SqliteStore> {
  makeFolder(options.path);
  const real = guarded(options.path, () => realFile(options.path));
  // Of a file with several names only the first has the `-wal`; a symbolic link may stay, SQLite follows it.
  const path = isSame(options.path, real) ? options.path : real;
  const lock = guarded(path, () => lockInstance(path));
  const lockWait = new LockWait({ path, signal: options.signal });
  try {
    const known = options.known ?? readMigrations();
    finishReplacement(real);
    if (isThere(path)) await lockWait.run(() => rollBack(path));
    await options.beforeOpen?.(real);
    let existed = isThere(path);
    const found = existed ? await lockWait.run(() => examine(path, known.length, 0)) : 0;
    const copy = found === "older program" ? null : await keepAsItIs(real, found, known.length, options);
    if (found === "older program") {
      if (options.import === undefined) throw notImported(path);
      await importDatabase(path, known, options.now(), options.import);
      // The import has checked it.
      existed = false;
    }
    const existing = existed ? { bytes: statSync(path).size } : null;
    return await lockWait.run(() => {
      const db = connect(path, { readonly: false, cacheKib: WRITER_CACHE_KIB, busyMs: 0 });
      try {
        const isMigrated = migrate(db, known, options.now());
        if (copy !== null) removeOlderCopies(real, copy, options.migrationCopies ?? MIGRATION_COPIES);
        options.onConnect?.(db);
        const isInstance = options.readsInThread === true;
        const journal = options.isShipped === true ? new WalKeeper(path, db) : null;
        const rules = options.redact ?? DEFAULT_RULES;
        const store = new SqliteStore({
          path,
          realPath: real,
          db,
          journal,
          reads: isInstance ? readerPool({ path, rules }) : readStore(path, rules),
          redact: new ChangingRedact(rules),
          lock: lockWait,
          startCheck: (onEnd) => checkIntegrity(path, onEnd),
          existing,
          isInstance,
          now: () => options.now(),
          owner: options.newId(),
          leave: () => (journal === null ? emptyLog(db, null) : journal.leave()),
          released: () => {
            journal?.close();
            lock.release();
          },
        });
        // Whoever loses the `-wal` later still has the schema, and knows the name of the file.
        if (isMigrated || store.isNewPath) emptyLog(db, journal);
        return lockWait.around(store, NEVER_REPEATED);
      } catch (error) {
        db.close();
        throw error;
      }
    });
  } catch (error) {
    lock.release();
    throw storeError(error, path);
  }
}

/** The copy that was made before the file is migrated; null when there is nothing to migrate, or none is wanted. */
async function keepAsItIs(
  path: string,
  version: number,
  newest: number,
  options: StoreOptions,
): Promise<string | null> {
  const { migrationCopies = MIGRATION_COPIES, say = () => {}, signal } = options;
  if (version === 0 || version === newest || migrationCopies === 0) return null;
  return await copyBeforeMigration(path, { from: version, to: newest, now: options.now(), say, signal });
}

/** The real path of the database, which nobody opens meanwhile. Throws StoreError when another instance has it. */
export async function withLock<T>(configured: string, use: (path: string) => Promise<T>): Promise<T> {
  makeFolder(configured);
  const path = guarded(configured, () => realFile(configured));
  const lock = guarded(path, () => lockInstance(path));
  try {
    finishReplacement(path);
    return await use(path);
  } catch (error) {
    throw storeError(error, path);
  } finally {
    lock.release();
  }
}

/** An empty file is a new database. */
function isThere(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}

function emptyLog(db: Connection, journal: WalKeeper | null): void {
  if (journal === null) db.pragma("wal_checkpoint(TRUNCATE)");
  else journal.drop();
}

/** Queries only, read-only, also beside a running instance. Throws StoreError when the database does not exist. */
export function openReader(configured: string, rules: RedactRules = DEFAULT_RULES): ReadStore & { close(): void } {
  if (isBeingReplaced(realFile(configured)))
    throw new StoreError(
      "cannot_open",
      `Database ${configured}: a restore was interrupted; start Flowlord once (\`flowlord serve\`), which carries it out.`,
    );
  if (!existsSync(configured))
    throw new StoreError(
      "cannot_open",
      `Database ${configured}: the file does not exist; start Flowlord once, or name the path that it uses.`,
    );
  const path = realFile(configured);
  return guarded(path, () => {
    const needed = readMigrations().length;
    const found = examine(path, needed);
    if (found === "older program") throw notImported(path);
    if (found < needed) throw outOfDate(path, found, needed);
    return readStore(path, rules);
  });
}

function readStore(path: string, rules: RedactRules): SqliteReadStore {
  return new SqliteReadStore(() => connect(path, { readonly: true, cacheKib: READER_CACHE_KIB }), path, rules);
}

/** Whether both are names of the same path, links resolved. */
function isSame(path: string, real: string): boolean {
  return existsSync(path) && existsSync(real) ? realpathSync(path) === realpathSync(real) : !existsSync(real);
}

function guarded<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw storeError(error, path);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    const reason = toError(error).message;
    throw new StoreError(
      "cannot_open",
      `Database ${path}: its folder cannot be created (${reason}); create it, or name another path.`,
      error,
    );
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new StoreError("cannot_open", `Database ${path}: this is a folder; name a file.`);
  }
}

/**
 * A program that was killed in the middle of a transaction leaves a rollback journal. Flowlord's own files have none, and
 * a read-only connection cannot roll back.
 */
function rollBack(path: string): void {
  if (!existsSync(`${path}-journal`)) return;
  const db = new Database(path, { fileMustExist: true, timeout: 0 });
  try {
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
  } finally {
    db.close();
  }
}

export function notImported(path: string): StoreError {
  return new StoreError(
    "older_program",
    `Database ${path}: this is a database of the older Flowlord that was not imported yet: start Flowlord once (\`flowlord serve\`), or name another path.`,
  );
}

export function outOfDate(path: string, version: number, needed: number): StoreError {
  return new StoreError(
    "older_schema",
    `Database ${path}: its schema has version ${version}, this program reads version ${needed}; start Flowlord once (\`flowlord serve\`), which brings it up to date, or restart the one that runs.`,
  );
}

/**
 * Whose file it is: a legacy file, or ours with the version of its schema. Uses a read-only connection, so that a refused
 * file stays as it was.
 */
export function examine(path: string, newestKnown: number, busyMs?: number): "older program" | number {
  if (!hasHeader(path))
    throw new StoreError(
      "not_a_database",
      `Database ${path}: the file is not an SQLite database; give another path, or move the file away.`,
    );
  const db = connect(path, { readonly: true, cacheKib: 256, ...(busyMs === undefined ? {} : { busyMs }) });
  try {
    const version = schemaVersion(db);
    if (version > newestKnown) {
      throw new StoreError(
        "newer_schema",
        `Database ${path}: its schema has version ${version}, this program knows ${newestKnown}; it was written by a newer Flowlord, so start that one.`,
      );
    }
    const tables = db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((row) => row.name);
    if (version > 0 || tables.length === 0) return version;
    if (readLegacyFile(db) !== null) return "older program";
    throw new StoreError(
      "foreign_database",
      `Database ${path}: this is an SQLite database of another program; give Flowlord its own path.`,
    );
  } finally {
    db.close();
  }
}

function hasHeader(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(HEADER.length);
    return readSync(file, bytes, 0, bytes.length, 0) === bytes.length && bytes.toString("latin1") === HEADER;
  } finally {
    closeSync(file);
  }
}
