/** Backups for the commands of this machine, which read the bucket itself: they work without the database, and that is their point. */
import { link, mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Options } from "../../config/options.ts";
import type { BackupJson } from "../../contract/api/instance/backup-api.ts";
import { codeOf } from "../../contract/to-error.ts";
import { backupJson } from "../../engine/backup/backup-json.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { openBucket } from "../../objects/buckets/open-bucket.ts";
import { ObjectError } from "../../objects/objects.ts";
import type { ReadStore } from "../../store/store.ts";
import { settleRestored } from "../../store/sqlite/backup/prepare-restored.ts";
import { newestSchema } from "../../store/sqlite/backup/snapshot.ts";
import { storedFacts } from "../restore/stored-facts.ts";
import { BackupError } from "./backup-error.ts";
import type { BackupManifest } from "./backup-manifest.ts";
import { chooseMoment, databaseAt, type StoredMoment, whyNotLater } from "./database-at.ts";
import { listManifests, type ManifestName, readManifest, readManifests, type StoredBackup } from "./read-manifests.ts";
import { requireRoom } from "./require-room.ts";
import { SCRATCH_PREFIX } from "./scratch.ts";
import { opensWith } from "./snapshot-stream.ts";

export type { StoredMoment } from "./database-at.ts";
export type { StoredBackup } from "./read-manifests.ts";

export interface BackupsHere {
  /** The address of the bucket or folder. */
  readonly target: string;
  /** Newest first. */
  list(): Promise<readonly StoredBackup[]>;
  /** Newest first, by the names alone: of thousands only those are read that are asked for. */
  names(): Promise<readonly ManifestName[]>;
  /** Null: it was removed since. */
  read(name: ManifestName): Promise<StoredBackup | null>;
  /** With the segments that bring it, or the one before it, to the newest moment that is not after `at`; null: of all. */
  moment(newest: StoredBackup, before: StoredBackup | null, at: number | null): Promise<StoredMoment>;
  /** Downloads and checks it, with the segments of its moment when it has one. Null: it is good; else why not. */
  check(backup: StoredBackup | StoredMoment, onBytes: (bytes: number) => void): Promise<string | null>;
  /** The same, and makes it the file `to`, which must not be there yet. */
  restore(backup: StoredBackup | StoredMoment, to: string, onBytes: (bytes: number) => void): Promise<string | null>;
  /** Downloads and checks it as the file `to`, which stays there when it is not good. Null: it is good. */
  download(backup: StoredBackup | StoredMoment, to: string, onBytes: (bytes: number) => void): Promise<string | null>;
  /** Whether it may be good, without reading all of it: its manifest, its size, its schema and its key. */
  mayBeGood(backup: StoredBackup): Promise<boolean>;
}

/** Throws BackupError when no place for backups is configured, or there is no room, and ObjectError. */
export async function withBackups<T>(
  { backup, file }: Pick<Options, "backup" | "file">,
  signal: AbortSignal,
  use: (backups: BackupsHere) => Promise<T>,
): Promise<T> {
  if (backup === null)
    throw new BackupError("none_configured", "No place for backups is configured: set sqlite.backup_path.");
  const { target, key, scratch } = backup;
  const bucket = await openBucket(target, { accessKey: file.accessKey, secretKey: file.secretKey });
  const fetchTo = async (
    stored: StoredBackup | StoredMoment,
    manifest: BackupManifest,
    to: string,
    onBytes: (bytes: number) => void,
  ): Promise<void> => {
    const plan = ("moment" in stored ? stored.moment : null) ?? {
      manifest,
      segments: [],
      at: stored.at,
      problem: null,
    };
    const problem = whyNotLater(plan);
    if (problem !== null) throw problem;
    await databaseAt(bucket, plan, to, { key, signal, onBytes });
  };
  try {
    return await use({
      target,
      list: () => readManifests(bucket, signal),
      names: () => listManifests(bucket, signal),
      read: (name) => readManifest(bucket, name, signal),
      moment: (newest, before, at) => chooseMoment(bucket, { newest, before }, at, signal),
      check: async (stored, onBytes) =>
        await whyNotGood(stored, async (manifest) => {
          await mkdir(scratch, { recursive: true });
          await requireRoom(manifest.database.bytes, scratch, "make room, or name another folder in backup.scratch");
          await inFolder(join(scratch, SCRATCH_PREFIX), async (folder) =>
            fetchTo(stored, manifest, join(folder, "restored.db"), onBytes),
          );
        }),
      restore: async (stored, to, onBytes) =>
        await whyNotGood(stored, async (manifest) => {
          refuseNewer(manifest);
          await requireRoom(manifest.database.bytes, dirname(to), "make room, or name a file elsewhere");
          await inFolder(`${to}.restore-`, async (folder) => {
            const whole = join(folder, "restored.db");
            await fetchTo(stored, manifest, whole, onBytes);
            // Moved by hand to the place of the database, it must not take its own backup for one that failed.
            settleRestored(whole, manifest.id, storedFacts(manifest, target));
            await nameIt(whole, to);
          });
        }),
      download: async (stored, to, onBytes) =>
        await whyNotGood(stored, async (manifest) => {
          refuseNewer(manifest);
          await requireRoom(manifest.database.bytes, dirname(to), "make room there");
          await fetchTo(stored, manifest, to, onBytes);
        }),
      mayBeGood: async ({ manifest }) => manifest !== null && (await mayBeGood(bucket, manifest, key, signal)),
    });
  } finally {
    bucket.close();
  }
}

/** Those that the database knows, newest first. */
export async function knownBackups({ backups }: Pick<ReadStore, "backups">, limit: number): Promise<BackupJson[]> {
  const rows = await backups.list({ limit, before: null, state: null });
  return rows.map((row) => backupJson(row, null));
}

/** What the storage, or the disk, says against it is no fault of the backup, and thrown. */
async function whyNotGood(
  { manifest, problem }: StoredBackup,
  use: (manifest: BackupManifest) => Promise<void>,
): Promise<string | null> {
  if (manifest === null) return problem;
  try {
    await use(manifest);
    return null;
  } catch (error) {
    const isMissing = error instanceof ObjectError && error.code === "not_found";
    const isItsFault = error instanceof BackupError && error.code !== "no_space" && error.code !== "file_exists";
    if (isMissing || isItsFault) return error.message;
    throw error;
  }
}

function refuseNewer({ schema_version: schema, program_version: version, object }: BackupManifest): void {
  const known = newestSchema();
  if (schema <= known) return;
  throw new BackupError(
    "newer_schema",
    `${object.key} is of Flowlord ${version}, with schema ${schema}; this one knows schemas up to ${known}: restore it with that version or a newer one.`,
  );
}

async function mayBeGood(
  bucket: Bucket,
  { object, schema_version: schema }: BackupManifest,
  key: string | null,
  signal: AbortSignal,
): Promise<boolean> {
  if (schema > newestSchema()) return false;
  if ((await bucket.find(object.key, { signal }))?.size !== object.bytes) return false;
  if (object.encryption === "none") return true;
  return key !== null && (await opensWith(bucket.read(object.key, { signal }), key));
}

/** In a folder that is gone afterwards, with what SQLite leaves beside a file that it opens. */
async function inFolder(prefix: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(prefix);
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `link` fails where there is a file already, and the new name stands for a whole file only. */
async function nameIt(whole: string, to: string): Promise<void> {
  try {
    await link(whole, to);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw fileExists(to);
    throw error;
  }
  const folder = await open(dirname(to));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function fileExists(path: string): BackupError {
  return new BackupError("file_exists", `${path} is there already, and stays as it is: name a new file.`);
}
