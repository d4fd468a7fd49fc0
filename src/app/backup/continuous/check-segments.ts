import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Bucket } from "../../../objects/buckets/bucket.ts";
import { BackupError } from "../backup-error.ts";
import { databaseAt, planMoment } from "../database-at.ts";
import { newestManifest } from "../read-manifests.ts";
import { requireRoom } from "../require-room.ts";
import { SCRATCH_PREFIX } from "../scratch.ts";

export interface SegmentCheck {
  /** A folder with as much room as the database. */
  readonly scratch: string;
  /** An age identity; null: nothing is encrypted. */
  readonly key: string | null;
}

/** The newest moment was restored, and is good. */
export interface CheckedSegments {
  readonly backup: string;
  readonly segments: number;
  /** The moment, RFC 3339. */
  readonly at: string;
}

/** Restores the newest moment into a scratch file, and checks it. Throws BackupError and ObjectError. */
export async function checkSegments(
  bucket: Bucket,
  { scratch, key }: SegmentCheck,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<CheckedSegments> {
  const newest = await newestManifest(bucket, signal);
  if (newest === null) throw new BackupError("none_configured", "There is no backup yet.");
  if (newest.manifest === null) throw new BackupError("unreadable_manifest", newest.problem);
  const plan = await planMoment(bucket, newest.manifest, null, signal);
  if (plan.problem !== null) throw new BackupError("gap", `${plan.problem}.`);
  await mkdir(scratch, { recursive: true });
  await requireRoom(newest.manifest.database.bytes, scratch, "make room, or name another folder in backup.scratch");
  const folder = await mkdtemp(join(scratch, SCRATCH_PREFIX));
  try {
    await databaseAt(bucket, plan, join(folder, "restored.db"), { key, signal, onBytes });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { backup: newest.id, segments: plan.segments.length, at: new Date(plan.at).toISOString() };
}
