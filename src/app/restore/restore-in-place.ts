import { existsSync } from "node:fs";
import type { RestoreRow } from "../../store/backup/restore-row.ts";
import { prepareRestored, type RestoredFrom } from "../../store/sqlite/backup/prepare-restored.ts";
import {
  asideName,
  dropReplacement,
  replaceDatabase,
  stageReplacement,
} from "../../store/sqlite/backup/replace-database.ts";

/** What becomes the database. */
export interface RestoreSource extends Pick<RestoredFrom, "backup" | "passedOver"> {
  readonly restore: Pick<RestoreRow, "backup_id" | "data_at" | "state">;
  /** Makes it the file `to`, checked. Null: it is there; else why it is not good. */
  readonly write: (to: string) => Promise<string | null>;
}

export interface RestoreCall extends Pick<RestoreRow, "id" | "reason" | "restored_at"> {
  /** The database, whose instance lock the caller holds. */
  readonly path: string;
  /** Who restores it, for the audit log; not set: nobody, a start does. */
  readonly by?: string;
}

export type RestoreOutcome =
  /** Nothing was changed. */
  { readonly problem: string } | { readonly problem: null; readonly keptAside: string | null };

/**
 * Restores in the place of the database, which is kept aside under a new name. All is downloaded and checked first, beside it; killed
 * at any moment, the old database is there or, at the latest when it is opened next, the new one. Throws StoreError, BackupError,
 * ObjectError, and the errors of the disk: then nothing was changed.
 */
export async function restoreInPlace(source: RestoreSource, call: RestoreCall): Promise<RestoreOutcome> {
  const { path, by = null, id, reason, restored_at } = call;
  try {
    const file = stageReplacement(path);
    const problem = await source.write(file);
    if (problem !== null) return { problem };
    const aside = asideName(path, restored_at);
    const keptAside = existsSync(path) ? aside : null;
    const { restore, backup, passedOver } = source;
    const row = { ...restore, id, reason, restored_at, kept_aside: keptAside };
    prepareRestored(file, { restore: row, backup, passedOver, by });
    replaceDatabase(path, aside);
    return { problem: null, keptAside };
  } finally {
    dropReplacement(path);
  }
}
