import type { History } from "../../../core/backup/compare-histories.ts";
import { StoreError } from "../../store.ts";
import { connect } from "../database/connection.ts";
import { examine } from "../open.ts";
import { FIRST_WITH_BACKUPS } from "./prepare-restored.ts";
import { newestSchema, readHistory } from "./snapshot.ts";

/** What a database that nobody has open says of itself. */
export interface LocalHistory {
  readonly history: History;
  /** The newest backup that it knows; null: none. */
  readonly lastBackup: { readonly id: string; readonly at: number } | null;
  /** Null: it does not know the backup that was asked for. */
  readonly asked: { readonly state: string } | null;
}

/** Of no instance of this program, and with something in it. */
const UNKNOWN: LocalHistory = {
  history: { instanceId: "", backups: [], changes: 1 },
  lastBackup: null,
  asked: null,
};

/**
 * "empty": without any table. "unreadable": it is damaged, of a newer version or another program, which the open that follows says.
 * `backupId`: a backup that it may know.
 */
export function readLocalHistory(path: string, backupId: string): LocalHistory | "empty" | "unreadable" {
  try {
    const found = examine(path, newestSchema());
    if (found === 0) return "empty";
    if (found === "older program" || found < FIRST_WITH_BACKUPS) return UNKNOWN;
    return describe(path, backupId);
  } catch (error) {
    if (error instanceof StoreError || (error instanceof Error && "code" in error)) return "unreadable";
    throw error;
  }
}

function describe(path: string, backupId: string): LocalHistory {
  const db = connect(path, { readonly: true, cacheKib: 256 });
  try {
    const history = readHistory(db);
    const asked = db
      .prepare<[string], { state: string; changes: number }>("SELECT state, changes FROM backup_metadata WHERE id = ?")
      .get(backupId);
    const last = db
      .prepare<[], { id: string; at: number }>(
        "SELECT id, started_at AS at FROM backup_metadata WHERE state <> 'failed' ORDER BY started_at DESC, id DESC LIMIT 1",
      )
      .get();
    // One that failed, by what this database heard of it, may have ended well; and the history has the newest thousand only.
    const isLeftOut = asked !== undefined && !history.backups.some(({ id }) => id === backupId);
    const known = isLeftOut ? [{ id: backupId, changes: asked.changes }, ...history.backups] : history.backups;
    return { history: { ...history, backups: known }, lastBackup: last ?? null, asked: asked ?? null };
  } finally {
    db.close();
  }
}
