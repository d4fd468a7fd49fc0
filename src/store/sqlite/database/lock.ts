import { existsSync, realpathSync } from "node:fs";
import Database from "better-sqlite3";
import { StoreError } from "../../store.ts";
import type { Connection } from "./connection.ts";

/**
 * One instance a file. Node has no file lock of its own, so SQLite's serves: an exclusive transaction on a file beside
 * the database, held as long as the process lives. The operating system frees it whatever the process dies of.
 */
export interface InstanceLock {
  release(): void;
}

/** A start may meet the glance of `isRunning`, which is over in a moment. */
const GLANCE_MS = 200;

export function lockInstance(path: string): InstanceLock {
  const db = new Database(lockPath(path), { timeout: GLANCE_MS });
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (isBusy(error)) {
      throw new StoreError(
        "locked",
        `Database ${path}: another Flowlord is running on it; stop that one, or give this one a path of its own.`,
        error,
      );
    }
    throw error;
  }
  return { release: () => void db.close() };
}

/** Whether an instance has the database open; false when there is none. */
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

/** Beside the file itself, so that a symbolic link to it meets the same lock. */
function lockPath(path: string): string {
  return `${existsSync(path) ? realpathSync(path) : path}.lock`;
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
