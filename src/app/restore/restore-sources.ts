import type { BackupsHere, StoredBackup, StoredMoment } from "../backup/backups-here.ts";
import type { ManifestName } from "../backup/read-manifests.ts";
import type { RestoreSource } from "./restore-in-place.ts";
import { passedOver, storedFacts } from "./stored-facts.ts";

/**
 * A backup, with its segments up to a moment, as what becomes the database. `newer`: those that are passed over, newest first; the restored database gives them up.
 * `onBytes`: of the database file, so far.
 */
export async function backupSource(
  stored: StoredMoment,
  newer: readonly ManifestName[],
  backups: BackupsHere,
  onBytes: (bytes: number) => void,
): Promise<RestoreSource> {
  const { manifest, id, moment } = stored;
  const [newest, ...others] = newer;
  // Only of the newest it is compared how much it has.
  const changes = newest === undefined ? undefined : (await backups.read(newest))?.manifest?.changes;
  return {
    restore: { backup_id: id, data_at: moment?.at ?? stored.at, state: "held" },
    backup: manifest === null ? null : storedFacts(manifest, backups.target),
    passedOver: [
      ...(newest === undefined ? [] : [passedOver(newest, backups.target, changes)]),
      ...others.map((each) => passedOver(each, backups.target)),
    ],
    write: (to) => backups.download(stored, to, onBytes),
  };
}

/** The next before it that looks good: one that is not is refused, never passed over, since an older one may lack what is wanted. */
export async function nextGood(older: readonly ManifestName[], backups: BackupsHere): Promise<StoredBackup | null> {
  for (const name of older) {
    const stored = await backups.read(name);
    if (stored !== null && (await backups.mayBeGood(stored))) return stored;
  }
  return null;
}
