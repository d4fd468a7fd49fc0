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
import { backupOriginal, syncFile, syncFolder, type OriginalBackup } from "./backup-original.ts";

/** What taking over needs from whoever starts; without it an older file is refused. */
export interface ImportOptions extends Omit<ImportRules, "now"> {
  /** Progress, and what came of it. */
  print(line: string): void;
  /** Aborted: stop, with the file as it was. */
  readonly signal?: AbortSignal;
  /** For tests: called with the name of each step as it begins, and with each turn of the import. */
  onStep?(step: ImportStep): void;
}

export type ImportStep = "lock" | "set aside" | "build" | "turn" | "built" | "rename" | "renamed";

/** Its transactions are short. */
const LOCK_MS = 500;
const SIDES = ["-journal", "-wal", "-shm"];

/**
 * Turn an older program's file into one of this program. The file is only read: a new one is built beside it, in one
 * transaction, checked, and renamed into its place, which happens whole or not at all. Until then every start begins
 * again. Throws StoreError, with the file as it was. The caller holds the lock of the instance.
 */
export async function importDatabase(
  configured: string,
  migrations: readonly Migration[],
  now: number,
  options: ImportOptions,
): Promise<ImportReport> {
  // The file itself, so that a symbolic link to it goes on pointing at the database.
  const path = realpathSync(configured);
  const target = `${path}.importing`;
  remove(target);
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
        throw new StoreError("foreign_database", `Database ${configured}: it is none of the older Flowlord's.`);
      options.onStep?.("set aside");
      backup = await backupOriginal(path, now);
      options.onStep?.("build");
      options.print(
        `Database ${configured} is one of the older Flowlord: taking it over. The file as it is stays as ${backup.path}.`,
      );
      report = await build(source, legacy, target, {
        migrations,
        rules: { ...options, now },
        copy: backup.path,
        print: (line) => options.print(line),
        signal: options.signal,
        onTurn: () => options.onStep?.("turn"),
      });
    } finally {
      source.close();
    }
    options.onStep?.("built");
    chmodSync(target, statSync(path).mode);
    syncFile(target);
    // A log of the older file that stayed would be taken for one of the new file.
    removeSides(path);
    syncFolder(dirname(path));
    options.onStep?.("rename");
    renameSync(target, path);
    isDone = true;
    syncFolder(dirname(path));
    options.onStep?.("renamed");
    for (const line of reportLines(report, (performance.now() - began) / 1000)) options.print(line);
    return report;
  } catch (error) {
    remove(target);
    // Before the rename it is a second name of the file, or its copy; afterwards it is the only one.
    if (!isDone && backup?.isNew === true) rmSync(backup.path, { force: true });
    throw asStoreError(error, configured);
  }
}

/** Opens the file with all others kept out, and with its log written into it: then the one file is all there is. */
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
        `Database ${configured}: another program has it open, perhaps the older Flowlord: stop that one, then start this one again. The file is as it was.`,
        error,
      );
    throw error;
  }
}

function remove(path: string): void {
  rmSync(path, { force: true });
  for (const side of SIDES) rmSync(`${path}${side}`, { force: true });
}

/** They are empty or gone after an orderly end; one that holds something belongs to a program that is still there. */
function removeSides(path: string): void {
  for (const side of SIDES) {
    const found = `${path}${side}`;
    if (!existsSync(found)) continue;
    if (side !== "-shm" && statSync(found).size > 0)
      throw new StoreError(
        "busy",
        `Database ${path}: another program wrote to it while it was taken over, perhaps the older Flowlord: stop that one, then start this one again.`,
      );
    rmSync(found);
  }
}

function asStoreError(error: unknown, path: string): unknown {
  const code = codeOf(error) ?? "";
  if (code === "ENOSPC" || code === "EDQUOT" || code.startsWith("SQLITE_FULL"))
    return new StoreError(
      "disk_full",
      `Database ${path}: the disk (or its quota) is full: taking over the older Flowlord's tasks needs about twice the room of that file beside it. The file is as it was: free some space and start again.`,
      error,
    );
  if (code === "EACCES" || code === "EROFS" || code === "EPERM")
    return new StoreError(
      "read_only",
      `Database ${path}: its folder cannot be written, and the older Flowlord's tasks are taken over in a file beside it: give this user write permission. The file is as it was.`,
      error,
    );
  return storeErrorOf(error, path) ?? error;
}
