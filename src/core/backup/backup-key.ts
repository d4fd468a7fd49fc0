import { readTimeText, timeText } from "./time-text.ts";

/** The names under which backups lie in their bucket: they sort by time. */

const FOLDER = "snapshots/";
const MANIFEST = ".json";

export interface BackupName {
  /** When its snapshot was taken, in milliseconds. */
  readonly at: number;
  /** UUID. */
  readonly id: string;
}

/** Of both objects of a backup, without their endings: `snapshots/20260131T040000.123Z-<id>`. */
export function backupKey({ at, id }: BackupName): string {
  return `${FOLDER}${timeText(at)}-${id}`;
}

/** Of the database, as it is stored. */
export function snapshotKey(name: BackupName, isEncrypted: boolean): string {
  return `${backupKey(name)}.db.zst${isEncrypted ? ".age" : ""}`;
}

/** Of what is known about it. Written last, once the backup was restored and checked: a backup without it is not good. */
export function manifestKey(name: BackupName): string {
  return backupKey(name) + MANIFEST;
}

export const BACKUP_PREFIX = FOLDER;

export function isManifestKey(key: string): boolean {
  return key.endsWith(MANIFEST) && readBackupKey(key) !== null;
}

/** Null for what is no object of a backup. */
export function readBackupKey(key: string): BackupName | null {
  const parts =
    /^snapshots\/(\d{8}T\d{6}\.\d{3}Z)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:json|db\.zst(?:\.age)?)$/.exec(
      key,
    );
  if (parts === null) return null;
  const [time = "", id = ""] = parts.slice(1);
  const at = readTimeText(time);
  return at === null ? null : { at, id };
}
