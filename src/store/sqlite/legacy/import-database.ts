import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { StoreError } from "../../store.ts";
import { storeErrorOf, type Connection } from "../database/connection.ts";
import type { Migration } from "../database/migrate.ts";
import { build } from "./build.ts";
import { reportLines, type ImportReport } from "./import-report.ts";
import type { ImportRules } from "./import-rules.ts";
import { readLegacyFile } from "./legacy-file.ts";
import { codeOf } from "../../../contract/to-error.ts";
import { removeDatabase, SIDES, syncPath } from "../database/whole-file.ts";
import { backupOriginal, type OriginalBackup } from "./backup-original.ts";

/** Options of an import; without them a legacy file is refused. */
export interface ImportOptions extends Omit<ImportRules, "now"> {
  /** Prints progress and the report. */
  print(line: string): void;
  /** Abort it to stop; the file stays unchanged. */
  readonly signal?: AbortSignal;
  /** Where the file was copied from, which stays: no other copy is kept of it. */
  readonly original?: string;
  /** For tests: called when a step begins, and at each turn of the import. */
  onStep?(step: ImportStep): void;
}

export type ImportStep = "lock" | "set aside" | "build" | "turn" | "built" | "rename" | "renamed";

/** How long to wait for a lock: the older program's transactions are short. */
const LOCK_MS = 500;

/**
 * Convert a legacy file to our schema. The file is only read: a new one is built beside it in one transaction, checked,
 * and renamed into place, which is atomic. Until then every start begins again. Throws StoreError; the file is unchanged
 * then. The caller holds the instance lock.
 */
export async function importDatabase(
  configured: string,
  migrations: readonly Migration[],
  now: number,
  options: ImportOptions,
): Promise<ImportReport> {
  // The real file, so that a symbolic link to it still points at the database.
  const path = realpathSync(configured);
  const target = `${path}.importing`;
  removeDatabase(target);
  let backup: OriginalBackup | null = null;
  let isDone = false;
  try {
    options.onStep?.("lock");
    const source = openAlone(path, configured);
    let report: ImportReport;
    const began = performance.now();
    try {
      const legacy = readLegacyFile(source);
      if (legacy === null)
        throw new StoreError("foreign_database", `Database ${configured}: it is not a database of the older Flowlord.`);
      options.onStep?.("set aside");
      if (options.original === undefined) backup = await backupOriginal(path, now);
      const copy = backup?.path ?? options.original ?? path;
      options.onStep?.("build");
      options.print(
        `Database ${options.original ?? configured} was written by the older Flowlord: importing it. The original is kept as ${copy}.`,
      );
      report = await build(source, legacy, target, {
        migrations,
        rules: { ...options, now },
        copy,
        print: (line) => options.print(line),
        signal: options.signal,
        onTurn: () => options.onStep?.("turn"),
      });
    } finally {
      source.close();
    }
    options.onStep?.("built");
    chmodSync(target, statSync(path).mode);
    syncPath(target);
    // A leftover WAL of the legacy file would be read as the WAL of the new file.
    removeSides(path);
    syncPath(dirname(path));
    options.onStep?.("rename");
    renameSync(target, path);
    isDone = true;
    syncPath(dirname(path));
    options.onStep?.("renamed");
    for (const line of reportLines(report, (performance.now() - began) / 1000)) options.print(line);
    return report;
  } catch (error) {
    removeDatabase(target);
    // Before the rename it is a hard link or copy of the file; afterwards it is the only original.
    if (!isDone && backup?.isNew === true) rmSync(backup.path, { force: true });
    throw asStoreError(error, configured);
  }
}

/** Opens the file exclusively and checkpoints its WAL, so that the one file has everything. */
function openAlone(path: string, configured: string): Connection {
  const db = new Database(path, { fileMustExist: true, timeout: LOCK_MS });
  try {
    db.pragma("locking_mode = EXCLUSIVE");
    if (db.pragma("journal_mode", { simple: true }) === "wal") db.pragma("wal_checkpoint(TRUNCATE)");
    db.exec("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code))
      throw new StoreError(
        "busy",
        `Database ${configured}: another program has it open, perhaps the older Flowlord: stop that one, then start this one again. The file is unchanged.`,
        error,
      );
    throw error;
  }
}

/** After a clean stop they are empty or deleted; one with content belongs to a running program. */
function removeSides(path: string): void {
  for (const side of SIDES) {
    const found = `${path}${side}`;
    if (!existsSync(found)) continue;
    if (side !== "-shm" && statSync(found).size > 0)
      throw new StoreError(
        "busy",
        `Database ${path}: another program wrote to it while it was imported, perhaps the older Flowlord: stop that one, then start this one again.`,
      );
    rmSync(found);
  }
}

function asStoreError(error: unknown, path: string): unknown {
  const code = codeOf(error) ?? "";
  if (code === "ENOSPC" || code === "EDQUOT" || code.startsWith("SQLITE_FULL"))
    return new StoreError(
      "disk_full",
      `Database ${path}: the disk (or its quota) is full: importing the older Flowlord's tasks needs about twice the space of that file in its folder. The file is unchanged: free some space and start again.`,
      error,
    );
  if (code === "EACCES" || code === "EROFS" || code === "EPERM")
    return new StoreError(
      "read_only",
      `Database ${path}: its folder cannot be written, and the import of the older Flowlord's tasks writes a file beside it: give this user write permission. The file is unchanged.`,
      error,
    );
  return storeErrorOf(error, path) ?? error;
}
