import type { PassedOver, StoredFacts } from "../../backup/backup-store.ts";
import type { RestoreRow } from "../../backup/restore-row.ts";
import { StoreError } from "../../store.ts";
import { connect, storeError, type Connection } from "../database/connection.ts";
import { migrate, readMigrations, schemaVersion } from "../database/migrate.ts";
import { syncPath } from "../database/whole-file.ts";
import { SET_ASIDE, setAsideValues, SETTLE, settleValues } from "./backup-rows.ts";

export interface RestoredFrom {
  readonly restore: Omit<RestoreRow, "alerted_at">;
  /** Null: a plain copy of the older program. */
  readonly backup: StoredFacts | null;
  readonly passedOver: readonly PassedOver[];
  /** Who restored it by a command; null: nobody, a start did. */
  readonly by: string | null;
}

const CACHE_KIB = 8192;
/** Since this schema there are tables of backups. */
export const FIRST_WITH_BACKUPS = 35;

/**
 * Writes into a restored file, which nobody has open, that it was restored, before it takes the place of the database: its backup
 * is verified, the newer ones are set aside, so that compareHistories says `current`, and it has its row in `restores`. The file is
 * whole, and on the disk, without a `-wal`. Throws StoreError.
 */
export function prepareRestored(path: string, from: RestoredFrom): void {
  try {
    const db = connect(path, { readonly: false, cacheKib: CACHE_KIB });
    try {
      // A backup may be of an earlier version, whose schema has no such table.
      migrate(db, readMigrations(), from.restore.restored_at);
      db.transaction(() => write(db, from, path))();
    } finally {
      // The last connection: what is in the `-wal` goes into the file, and it is removed.
      db.close();
    }
    syncPath(path);
  } catch (error) {
    throw storeError(error, path);
  }
}

/** Of a file that becomes no database here: only that its backup is verified. One without a table of backups stays as it is. */
export function settleRestored(path: string, id: string, facts: StoredFacts): void {
  try {
    const db = connect(path, { readonly: false, cacheKib: CACHE_KIB });
    try {
      if (schemaVersion(db) >= FIRST_WITH_BACKUPS) settle(db, id, facts, path);
    } finally {
      db.close();
    }
    syncPath(path);
  } catch (error) {
    throw storeError(error, path);
  }
}

function write(db: Connection, { restore, backup, passedOver, by }: RestoredFrom, path: string): void {
  if (restore.backup_id !== null && backup !== null) settle(db, restore.backup_id, backup, path);
  const setAside = db.prepare(SET_ASIDE);
  for (const each of passedOver) setAside.run(...setAsideValues(each));
  db.prepare(
    `INSERT INTO restores (id, backup_id, data_at, restored_at, reason, kept_aside, state)
     VALUES ($id, $backup_id, $data_at, $restored_at, $reason, $kept_aside, $state)`,
  ).run(restore);
  if (by === null) return;
  db.prepare(
    `INSERT INTO audit_log (at, who, via, address, request_id, act, target, outcome)
     VALUES (?, ?, 'command', '', ?, 'restore', ?, 'done')`,
  ).run(restore.restored_at, by, restore.id, restore.backup_id ?? "");
}

/** In its own snapshot a backup is `running`: its row was written before, and all else was found out afterwards. */
function settle(db: Connection, id: string, facts: StoredFacts, path: string): void {
  db.prepare(SETTLE).run(...settleValues(id, facts));
  if (db.prepare("SELECT 1 FROM backup_metadata WHERE id = ? AND state = 'verified'").get(id) === undefined)
    throw new StoreError("corrupt", `Database ${path}: it does not know the backup ${id} that it comes from.`);
}
