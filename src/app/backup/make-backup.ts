import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { codeOf, toError } from "../../contract/to-error.ts";
import type { BackupManifest } from "./backup-manifest.ts";
import { type BackupName, manifestKey, snapshotKey } from "../../core/backup/backup-key.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import {
  compareSample,
  describeSnapshot,
  type KnownBackups,
  knownBackups,
  takeSnapshot,
} from "../../store/sqlite/backup/snapshot.ts";
import { BackupError } from "./backup-error.ts";
import type { KeepPolicy } from "../../core/backup/keep-policy.ts";
import { fetchBackup } from "./fetch-backup.ts";
import { removeExpired } from "./keep-backups.ts";
import { refuseOthers } from "./other-instance.ts";
import { readManifest } from "./read-manifests.ts";
import { requireRoom } from "./require-room.ts";
import { removeLeft, SCRATCH_PREFIX } from "./scratch.ts";
import { pack } from "./snapshot-stream.ts";

export interface BackupJob {
  readonly database: string;
  readonly name: BackupName;
  /** A folder that may be used, and has as much room as the database. */
  readonly scratch: string;
  /** An age identity; null: it is stored as it is. */
  readonly key: string | null;
  readonly programVersion: string;
  /** The name of this machine. */
  readonly host: string;
  readonly keep: KeepPolicy;
  /** How far back (ms) every moment can be restored by segments; null: there are none. */
  readonly pointInTime?: number | null;
}

export type BackupStep = "snapshot" | "upload" | "verify";

export interface BackupProgress {
  readonly step: BackupStep;
  /** Bytes of the database file. */
  readonly done: number;
  readonly total: number;
}

export interface BackupTools {
  readonly bucket: Bucket;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BackupProgress) => void;
  readonly now: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Called when the copy was taken: the segments that go on from it; null: none do. */
  readonly segments?: () => Promise<BackupManifest["segments"] | null>;
}

export interface MadeBackup {
  readonly manifest: BackupManifest;
  /** Backups that the keep policy let go, and those that were removed before without a word of it. */
  readonly removed: readonly string[];
  /** Why it could not be applied; null when it could. The backup is good in either case. */
  readonly notRemoved: string | null;
  /** How long each step took, in milliseconds. */
  readonly took: Readonly<Record<BackupStep, number>>;
}

/**
 * Copies the database, stores the copy, brings it back and compares it: only what came back whole gets its manifest, by
 * which it is known to be good. What failed leaves nothing in the bucket that is not good. Throws
 * BackupError, ObjectError, and the errors of SQLite and of the disk.
 */
export async function makeBackup(job: BackupJob, tools: BackupTools): Promise<MadeBackup> {
  const { bucket, signal, onProgress, now, random } = tools;
  const { database, name, key } = job;
  await mkdir(job.scratch, { recursive: true });
  await removeLeft(job.scratch, now());
  await mustFit(database, job.scratch);
  const folder = await mkdtemp(join(job.scratch, SCRATCH_PREFIX));
  const [snapshot, restored] = [join(folder, "snapshot.db"), join(folder, "restored.db")];
  const object = snapshotKey(name, key !== null);
  const started = now();
  try {
    onProgress({ step: "snapshot", done: 0, total: (await stat(database)).size });
    await takeSnapshot(database, snapshot);
    const segments = (await tools.segments?.()) ?? null;
    const facts = describeSnapshot(snapshot);
    const known = knownBackups(snapshot, name.id);
    const here = { instanceId: facts.history.instanceId, backups: new Set(known.all).add(name.id) };
    await refuseOthers(bucket, here, signal);
    const total = (await stat(snapshot)).size;
    const taken = now();
    const packed = await pack(
      snapshot,
      key,
      async (content) => await bucket.create(object, content, { signal }),
      (done) => onProgress({ step: "upload", done, total }),
    );
    const uploaded = now();
    let isGood = false;
    try {
      await rm(snapshot);
      const expected = {
        object: {
          key: object,
          version: packed.stored.version,
          ...packed.object,
          compression: "zstd",
          encryption: key === null ? "none" : "age",
        },
        database: packed.database,
        rows: facts.rows,
        schema_version: facts.schemaVersion,
      } as const;
      const onBytes = (done: number): void => onProgress({ step: "verify", done, total });
      await fetchBackup(bucket, expected, restored, { key, signal, onBytes });
      const { different } = compareSample(database, restored, random);
      if (different.length > 0)
        throw new BackupError("different", `${object} differs from the database (decisions ${different.join(", ")}).`);
      // Two copies with one schedule began at the same moment: whoever is first has it.
      await refuseOthers(bucket, here, signal);
      isGood = true;
      const verified = now();
      const manifest: BackupManifest = {
        format: 1,
        id: name.id,
        created_at: new Date(name.at).toISOString(),
        verified_at: new Date(verified).toISOString(),
        program_version: job.programVersion,
        instance_id: here.instanceId,
        host: job.host,
        changes: facts.history.changes,
        backups: facts.history.backups.map(({ id, changes }) => ({ id, changes })),
        ...expected,
        ...(segments === null ? {} : { segments }),
      };
      await storeManifest(bucket, name, manifest, signal);
      return {
        manifest,
        ...(await applyPolicy(job, { all: here.backups, good: known.good }, tools)),
        took: { snapshot: taken - started, upload: uploaded - taken, verify: verified - uploaded },
      };
    } catch (error) {
      // Best effort: without its manifest nobody takes it for a backup, and the next clean-up removes it. Once that is sent it stays:
      // a manifest may be stored after its answer was lost, or given up, and must not name an object that is gone.
      if (!isGood) await bucket.remove(object).catch(() => undefined);
      throw error;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A storage that says that it has stored the manifest, and has not, would leave a good backup that nobody finds. */
async function storeManifest(
  bucket: Bucket,
  name: BackupName,
  manifest: BackupManifest,
  signal: AbortSignal,
): Promise<void> {
  const key = manifestKey(name);
  await bucket.create(key, textOf(manifest), { signal });
  const stored = await readManifest(bucket, { key, ...name }, signal);
  if (stored !== null && isDeepStrictEqual(stored.manifest, manifest)) return;
  // Best effort: what is not as it was written must not be taken for a manifest.
  if (stored !== null) await bucket.remove(key).catch(() => undefined);
  throw new BackupError(
    "different",
    `${key} was stored, and ${stored === null ? "is not there" : "is not what was stored"}: the storage loses or changes what it confirms, so do not trust it.`,
  );
}

async function applyPolicy(
  { keep, name, pointInTime }: BackupJob,
  known: KnownBackups,
  { bucket, signal, now }: BackupTools,
): Promise<Pick<MadeBackup, "removed" | "notRemoved">> {
  try {
    const options = { signal, now: now(), pointInTime: pointInTime ?? null };
    return { removed: await removeExpired(bucket, keep, { own: name, known }, options), notRemoved: null };
  } catch (error) {
    return { removed: [], notRemoved: toError(error).message };
  }
}

/** Room for one copy: the snapshot is gone before what comes back is written. */
async function mustFit(database: string, scratch: string): Promise<void> {
  const [main, wal] = await Promise.all([sizeOf(database), sizeOf(`${database}-wal`)]);
  await requireRoom(main + wal, scratch, "make room, or name another folder in backup.scratch");
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw toError(error);
  }
}

async function* textOf(manifest: BackupManifest): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}
