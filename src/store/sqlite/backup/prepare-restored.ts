import { closeSync, fsyncSync, openSync } from "node:fs";
import type { BackupRow } from "../../backup/backup-store.ts";
import type { RestoreRow } from "../../backup/restore-row.ts";
import { StoreError } from "../../store.ts";
import { connect, storeError, type Connection } from "../database/connection.ts";
import { migrate, readMigrations } from "../database/migrate.ts";

/** A backup as its manifest tells of it. */
export type StoredFacts = {
  readonly [
    Column in
      | "target"
      | "object"
      | "object_version"
      | "schema_version"
      | "database_bytes"
      | "object_bytes"
      | "database_sha256"
      | "object_sha256"
      | "table_rows"
  ]: NonNullable<BackupRow[Column]>;
} & Pick<BackupRow, "encrypted"> & { readonly verified_at: number };

/** A backup that is newer than what is restored, and is given up. */
export type PassedOver = Pick<BackupRow, "id" | "started_at" | "changes" | "target" | "object">;

export interface RestoredFrom {
  readonly restore: Omit<RestoreRow, "alerted_at">;
  /** Null: a plain copy of the older program. */
  readonly backup: StoredFacts | null;
  readonly passedOver: readonly PassedOver[];
}

const CACHE_KIB = 8192;

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
    sync(path);
  } catch (error) {
    throw storeError(error, path);
  }
}

function write(db: Connection, { restore, backup, passedOver }: RestoredFrom, path: string): void {
  if (restore.backup_id !== null && backup !== null) settle(db, restore.backup_id, backup, path);
  const setAside = db.prepare(
    `INSERT INTO backup_metadata (id, reason, state, started_at, changes, target, object)
     VALUES ($id, 'restore', 'set_aside', $started_at, $changes, $target, $object) ON CONFLICT DO NOTHING`,
  );
  for (const each of passedOver) setAside.run(each);
  db.prepare(
    `INSERT INTO restores (id, backup_id, data_at, restored_at, reason, kept_aside, state)
     VALUES ($id, $backup_id, $data_at, $restored_at, $reason, $kept_aside, $state)`,
  ).run(restore);
}

/** In its own snapshot a backup is `running`: its row was written before, and all else was found out afterwards. */
function settle(db: Connection, id: string, facts: StoredFacts, path: string): void {
  const { changes } = db
    .prepare(
      `UPDATE backup_metadata SET state = 'verified', ended_at = $verified_at, target = $target, object = $object,
         object_version = $object_version, schema_version = $schema_version, database_bytes = $database_bytes,
         object_bytes = $object_bytes, database_sha256 = $database_sha256, object_sha256 = $object_sha256,
         encrypted = $encrypted, table_rows = $table_rows, failure = NULL
       WHERE id = $id`,
    )
    .run({ ...facts, id });
  if (changes === 0)
    throw new StoreError("corrupt", `Database ${path}: it does not know the backup ${id} that it comes from.`);
}

function sync(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
