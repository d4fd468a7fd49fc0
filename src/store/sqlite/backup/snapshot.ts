import { createHash } from "node:crypto";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { History, KnownBackup } from "../../../core/backup/compare-histories.ts";
import { present } from "../../../contract/present.ts";
import { connect, type Connection } from "../database/connection.ts";
import { IDS_FELL } from "../retention/deleted-mark.ts";
import { readMigrations, schemaVersion } from "../database/migrate.ts";

/** Pages of a larger cache would only be memory: a snapshot reads each page once. */
const CACHE_KIB = 8192;
/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const SYNC_WORKER = new URL(`./sync-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
/** All pages in one step. Copied in several, a copy begins anew whenever another connection has written, and never ends. */
const ALL_PAGES = 0x7fff_ffff;
/** Errors of one check that are told. */
const MAX_PROBLEMS = 5;
/** Backups that a history names: of older ones nobody needs to know. */
const MAX_KNOWN = 1000;
/** Rows that are compared with the database itself. */
const SAMPLE_ROWS = 200;

/** Tables to which rows are only added: their highest ids tell how much a database has recorded. */
const GROWING = [
  "task_records",
  "decisions",
  "alert_records",
  "alert_changes",
  "file_messages",
  "dead_letters",
  "audit_log",
  "notes",
] as const;

/** What a file has, to be compared with what comes back of it. */
export interface FileContent {
  readonly schemaVersion: number;
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface SnapshotFacts extends FileContent {
  readonly history: History;
}

/**
 * Copies the database as it is at one moment, page by page, while others write on. The WAL is not emptied meanwhile, so it
 * grows by what they write. Throws the errors of SQLite.
 */
export async function takeSnapshot(path: string, to: string): Promise<void> {
  const db = connect(path, { readonly: true, cacheKib: CACHE_KIB });
  // SQLite copies without a pause, and would bring all of it to the disk at once: every commit of the database would wait for that.
  const syncing = new Worker(SYNC_WORKER, { workerData: to, execArgv: [] });
  const ended = once(syncing, "exit");
  try {
    await once(syncing, "online");
    await db.backup(to, { progress: () => ALL_PAGES });
  } finally {
    syncing.postMessage(null);
    await ended;
    db.close();
  }
}

/** The newest schema that this program knows: a database of a newer one is not opened. */
export function newestSchema(): number {
  return readMigrations().length;
}

/** Of a file with the newest schema. Throws the errors of SQLite. */
export function describeSnapshot(path: string): SnapshotFacts {
  return reading(path, (db) => ({ history: readHistory(db), ...readContent(db) }));
}

export interface KnownBackups {
  /** Whatever became of them. */
  readonly all: ReadonlySet<string>;
  /** Those that are good and where `own` goes, as far as the database knows. */
  readonly good: ReadonlySet<string>;
}

/** The ids of the backups that the database knows. Throws the errors of SQLite. */
export function knownBackups(path: string, own: string): KnownBackups {
  return reading(path, (db) => {
    const rows = db
      .prepare<[string], { id: string; is_good: number }>(
        `SELECT id, state = 'verified' AND removed_at IS NULL
           AND target = (SELECT target FROM backup_metadata WHERE id = ?) AS is_good FROM backup_metadata`,
      )
      .all(own);
    const good = rows.filter(({ is_good: isGood }) => isGood === 1);
    return { all: new Set(rows.map(({ id }) => id)), good: new Set(good.map(({ id }) => id)) };
  });
}

/** Of a file with any schema. Throws the errors of SQLite. */
export function describeContent(path: string): FileContent {
  return reading(path, readContent);
}

/** Everything that SQLite finds wrong with the file, the indexes against their tables too; empty: nothing. */
export function damageOf(path: string): readonly string[] {
  return reading(path, (db) => {
    const rows = db.prepare<[], { integrity_check: string }>(`PRAGMA integrity_check(${MAX_PROBLEMS})`).all();
    const foreign = db.prepare<[], { table: string }>('SELECT DISTINCT "table" FROM pragma_foreign_key_check').all();
    return [
      ...rows.map((row) => row.integrity_check).filter((found) => found !== "ok"),
      ...foreign.map(({ table }) => `a row of ${table} refers to one that is not there`),
    ].slice(0, MAX_PROBLEMS);
  });
}

/**
 * Decisions, which never change, drawn at random from the database and compared with the copy: how many were, and which
 * differ. Those that the database has deleted since are passed over. `random`: numbers in [0, 1).
 */
export function compareSample(
  path: string,
  copy: string,
  random: () => number,
): { readonly compared: number; readonly different: readonly number[] } {
  return reading(path, (db) =>
    reading(copy, (other) => {
      const { first, last } = present(
        other
          .prepare<[], { first: number | null; last: number | null }>(
            "SELECT min(id) AS first, max(id) AS last FROM decisions",
          )
          .get(),
        "the ids of the decisions",
      );
      if (first === null || last === null) return { compared: 0, different: [] };
      const [here, there] = [db, other].map((each) => each.prepare<[number]>("SELECT * FROM decisions WHERE id = ?"));
      const ids = Array.from({ length: SAMPLE_ROWS }, () => first + Math.floor(random() * (last - first + 1)));
      const both = [...new Set(ids)].map((id) => ({ id, own: here?.get(id), copied: there?.get(id) }));
      const compared = both.filter(({ own }) => own !== undefined);
      const different = compared.filter(({ own, copied }) => digest(own) !== digest(copied)).map(({ id }) => id);
      return { compared: compared.length, different };
    }),
  );
}

function readContent(db: Connection): FileContent {
  return {
    schemaVersion: schemaVersion(db),
    rows: Object.fromEntries(tablesOf(db).map((name) => [name, countOf(db, name)])),
  };
}

export function readHistory(db: Connection): History {
  const instance = db
    .prepare<[], { value: string }>("SELECT value FROM instance_state WHERE key = 'instance.id'")
    .get();
  const backups = db
    .prepare<[number], KnownBackup>(
      "SELECT id, changes FROM backup_metadata WHERE state <> 'failed' ORDER BY started_at DESC, id DESC LIMIT ?",
    )
    .all(MAX_KNOWN)
    .toReversed();
  return { instanceId: instance?.value ?? "", changes: changesOf(db), backups };
}

/** How much the database has recorded: what retention deletes does not make it less. */
export function changesOf(db: Connection): number {
  const fell = db.prepare<[string], { value: string }>("SELECT value FROM instance_state WHERE key = ?").get(IDS_FELL);
  return GROWING.reduce(
    (sum, table) => {
      const row = db.prepare<[], { id: number | null }>(`SELECT max(id) AS id FROM ${table}`).get();
      return sum + (row?.id ?? 0);
    },
    Number(fell?.value ?? 0),
  );
}

function reading<T>(path: string, read: (db: Connection) => T): T {
  const db = connect(path, { readonly: true, cacheKib: CACHE_KIB });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Without those behind a search index, which hold its pages and no rows of their own. */
function tablesOf(db: Connection): readonly string[] {
  return db
    .prepare<[], { name: string }>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name",
    )
    .all()
    .map(({ name }) => name);
}

function countOf(db: Connection, table: string): number {
  const name = `"${table.replaceAll('"', '""')}"`;
  return present(db.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM ${name}`).get(), "a count").rows;
}

function digest(row: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(row ?? null))
    .digest("hex");
}
