import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { StoreError } from "../../store.ts";
import type { Connection } from "./connection.ts";
import { realFile } from "./open-files.ts";
import { ownAsFolder } from "./whole-file.ts";

/**
 * One instance per database. Node has no file locks, so this uses SQLite's: an exclusive transaction on a file beside the
 * database, open as long as the process lives. The operating system releases the lock however the process dies.
 */
export interface InstanceLock {
  release(): void;
}

/** A start may collide with `isRunning`, which locks the file for a moment. */
const GLANCE_MS = 200;

export function lockInstance(path: string): InstanceLock {
  const file = lockPath(path);
  const isNew = !existsSync(file);
  const db = new Database(file, { timeout: GLANCE_MS });
  try {
    db.exec("BEGIN EXCLUSIVE");
    if (isNew) ownAsFolder(file, dirname(file));
  } catch (error) {
    db.close();
    if (isBusy(error)) {
      throw new StoreError(
        "locked",
        `Database ${path}: another Flowlord is running on it; stop that one, or give this one its own path.`,
        error,
      );
    }
    throw error;
  }
  return { release: () => void db.close() };
}

/** Whether an instance has the database open; false when the file does not exist. */
export function isRunning(path: string): boolean {
  if (!existsSync(lockPath(path))) return false;
  let db: Connection | null = null;
  try {
    db = new Database(lockPath(path), { timeout: 0, readonly: true });
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    db?.close();
  }
}

/** Beside the real file, so that every link to it uses the same lock. */
function lockPath(path: string): string {
  return `${realFile(path)}.lock`;
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
