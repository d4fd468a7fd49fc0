import { BACKUP_PREFIX, type BackupName, isManifestKey, readBackupKey } from "../../core/backup/backup-key.ts";
import { type Bucket, eachObject } from "../../objects/buckets/bucket.ts";
import { BackupError } from "./backup-error.ts";
import { readManifest } from "./read-manifests.ts";

/** A database, as it is compared with what others have stored. */
export interface KnownHere {
  readonly instanceId: string;
  /** The ids of all backups that the database ever began, or set aside. */
  readonly backups: ReadonlySet<string>;
}

/**
 * Throws BackupError `other_instance` when the newest backup in the bucket is none that the database knows: another instance backs up
 * there, be it a copy of this one. A database that was moved, or restored, knows the newest: it has begun it, or it was made of it.
 * So nothing has to be taken over, and no clock is asked.
 */
export async function refuseOthers(
  bucket: Bucket,
  { instanceId, backups }: KnownHere,
  signal: AbortSignal,
): Promise<void> {
  let newest: { readonly key: string; readonly name: BackupName } | null = null;
  for await (const { key } of eachObject(bucket, BACKUP_PREFIX, { signal })) {
    const name = readBackupKey(key);
    // They come in the order of their names, which is that of time.
    if (name !== null && isManifestKey(key)) newest = { key, name };
  }
  if (newest === null || backups.has(newest.name.id)) return;
  const stored = await readManifest(bucket, { key: newest.key, ...newest.name }, signal);
  // Removed since: whoever removes it has stored a newer one, which the next backup finds.
  const manifest = stored?.manifest ?? null;
  const whose =
    manifest === null
      ? "another instance"
      : `${manifest.instance_id === instanceId ? "a copy of this database" : "another database"}${manifest.host === undefined ? "" : `, on ${manifest.host}`}`;
  throw new BackupError(
    "other_instance",
    `${bucket.address} has a backup that this database does not know (${newest.key}, of ${whose}): two instances must not back up to one place, so give each a sqlite.backup_path of its own. If the other is gone, restart this one: it compares both, and says what to choose from.`,
  );
}
