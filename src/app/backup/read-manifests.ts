import pMap from "p-map";
import {
  BACKUP_PREFIX,
  type BackupName,
  isManifestKey,
  readBackupKey,
  snapshotKey,
} from "../../core/backup/backup-key.ts";
import { type Bucket, eachObject } from "../../objects/buckets/bucket.ts";
import { ObjectError } from "../../objects/objects.ts";
import { type BackupManifest, backupManifest } from "./backup-manifest.ts";

/** A backup by its manifest; `problem`: why that cannot be used, null when it can. */
export type StoredBackup = BackupName & { readonly key: string } & (
    | { readonly manifest: BackupManifest; readonly problem: null }
    | { readonly manifest: null; readonly problem: string }
  );

/** One that names its thousand older ones is about 100 kB. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const AT_ONCE = 8;

/** A manifest in the bucket, which may be as good as none. */
export type ManifestName = BackupName & { readonly key: string };

/** What there is, newest first, by the names alone: no manifest is read. Throws ObjectError. */
export async function listManifests(bucket: Bucket, signal: AbortSignal): Promise<readonly ManifestName[]> {
  const found: ManifestName[] = [];
  for await (const { key } of eachObject(bucket, BACKUP_PREFIX, { signal })) {
    const name = readBackupKey(key);
    if (name !== null && isManifestKey(key)) found.push({ key, ...name });
  }
  return found.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
}

/** The manifests in the bucket, newest first. Throws ObjectError. */
export async function readManifests(bucket: Bucket, signal: AbortSignal): Promise<readonly StoredBackup[]> {
  const found = await listManifests(bucket, signal);
  const read = await pMap(found, (name) => readManifest(bucket, name, signal), { concurrency: AT_ONCE });
  return read.filter((each) => each !== null);
}

/** Null: the keep policy of a running instance has removed it since the list was made. */
export async function readManifest(
  bucket: Bucket,
  { key, ...name }: ManifestName,
  signal: AbortSignal,
): Promise<StoredBackup | null> {
  const unusable = (why: string): StoredBackup => ({
    ...name,
    key,
    manifest: null,
    problem: `${key} is no manifest that this version can read (${why}): take another.`,
  });
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of bucket.read(key, { signal })) {
      bytes += piece.length;
      if (bytes > MAX_MANIFEST_BYTES) return unusable("it is too large");
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof ObjectError && error.code === "not_found") return null;
    throw error;
  }
  const manifest = parsed(Buffer.concat(pieces).toString());
  if (typeof manifest === "string") return unusable(manifest);
  const { id, created_at: at, object } = manifest;
  const isOwn = id === name.id && Date.parse(at) === name.at;
  if (!isOwn || object.key !== snapshotKey(name, object.encryption === "age"))
    return unusable("it is of another backup");
  return { ...name, key, manifest, problem: null };
}

/** A text: why it is none. */
function parsed(text: string): BackupManifest | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "it is no JSON";
  }
  const checked = backupManifest.safeParse(json);
  if (checked.success) return checked.data;
  return `${checked.error.issues[0]?.path.join(".") || "its form"} is not as it should be`;
}

/** Null: there is none. Throws ObjectError. */
export async function newestManifest(bucket: Bucket, signal: AbortSignal): Promise<StoredBackup | null> {
  const [newest = null] = await readManifests(bucket, signal);
  return newest;
}
