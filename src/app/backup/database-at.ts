import { open } from "node:fs/promises";
import { planSegments, type SegmentPlan } from "../../core/backup/plan-segments.ts";
import { readSegmentKey, SEGMENT_PREFIX, type SegmentName } from "../../core/backup/segment-key.ts";
import { type Bucket, eachObject } from "../../objects/buckets/bucket.ts";
import { ObjectError } from "../../objects/objects.ts";
import { damageOf } from "../../store/sqlite/backup/snapshot.ts";
import { applyPages } from "../../store/sqlite/journal/apply-pages.ts";
import { BackupError } from "./backup-error.ts";
import type { BackupManifest } from "./backup-manifest.ts";
import { unpackSegment } from "./continuous/segment.ts";
import { MOST_SEGMENT_BYTES } from "./continuous/shipper.ts";
import { fetchBackup, type FetchOptions } from "./fetch-backup.ts";
import type { StoredBackup } from "./read-manifests.ts";

interface StoredSegment extends SegmentName {
  readonly key: string;
}

/** A backup, and the segments that bring it to a moment. */
export interface MomentPlan {
  readonly manifest: BackupManifest;
  readonly segments: readonly StoredSegment[];
  /** The moment, in milliseconds: what was committed until then is in it. */
  readonly at: number;
  /** Why nothing later can be had; null: nothing later is there, or it was not asked for. */
  readonly problem: string | null;
}

/** `manifest`: what is good of that backup. Reads the names of its segments. Throws ObjectError. */
export async function planMoment(
  bucket: Bucket,
  manifest: BackupManifest,
  at: number | null,
  signal: AbortSignal,
): Promise<MomentPlan> {
  const { segments: range } = manifest;
  const own = Date.parse(manifest.created_at);
  if (range === undefined) return { manifest, segments: [], at: own, problem: null };
  const plan: SegmentPlan<StoredSegment> = planSegments(await storedSegments(bucket, signal), range, at);
  return { manifest, ...plan, at: plan.segments.at(-1)?.at ?? own };
}

/** A backup, and what brings it to a moment; `moment` null: its manifest cannot be used. */
export type StoredMoment = StoredBackup & { readonly moment: MomentPlan | null };

/**
 * The newest moment that is not after `at` (null: of all), by the newest backup that is not, or by the one before it: what is in a copy that
 * was taken beside work may be later than its name. Throws ObjectError.
 */
export async function chooseMoment(
  bucket: Bucket,
  { newest, before }: { readonly newest: StoredBackup; readonly before: StoredBackup | null },
  at: number | null,
  signal: AbortSignal,
): Promise<StoredMoment> {
  const through = newest.manifest?.segments?.through_at;
  if (at !== null && through !== undefined && Date.parse(through) > at && before?.manifest?.segments !== undefined) {
    const moment = await planMoment(bucket, before.manifest, at, signal);
    if (moment.problem === null && moment.segments.length > 0) return { ...before, moment };
  }
  const { manifest } = newest;
  return { ...newest, moment: manifest === null ? null : await planMoment(bucket, manifest, at, signal) };
}

/** Why later moments cannot be had, and the newest that can; to be said instead of restoring it unasked. Null: nothing is amiss. */
export function whyNotLater({ problem, at }: MomentPlan): BackupError | null {
  if (problem === null) return null;
  const newest = `The newest moment before it: --at ${new Date(at).toISOString()}`;
  return new BackupError("gap", `What changed later cannot be restored: ${problem}. ${newest}`);
}

async function storedSegments(bucket: Bucket, signal: AbortSignal): Promise<readonly StoredSegment[]> {
  const found: StoredSegment[] = [];
  for await (const { key } of eachObject(bucket, SEGMENT_PREFIX, { signal })) {
    const name = readSegmentKey(key);
    if (name !== null) found.push({ ...name, key });
  }
  return found;
}

/**
 * Makes the database as it was at the moment of the plan the file `to`, which must not be there yet: the backup, then each segment's
 * pages over it. Checked at its end. What it throws of a segment names the moment before it. Throws BackupError and ObjectError.
 */
export async function databaseAt(
  bucket: Bucket,
  { manifest, segments }: Pick<MomentPlan, "manifest" | "segments">,
  to: string,
  options: FetchOptions,
): Promise<void> {
  await fetchBackup(bucket, manifest, to, options);
  if (segments.length === 0) return;
  await applySegments(bucket, { manifest, segments }, to, options);
  const [damage] = damageOf(to);
  if (damage !== undefined)
    throw new BackupError("damaged", `The database with its segments is damaged (${damage}): take another moment.`);
}

async function applySegments(
  bucket: Bucket,
  { manifest, segments }: Pick<MomentPlan, "manifest" | "segments">,
  to: string,
  { key, signal, onBytes }: FetchOptions,
): Promise<void> {
  const file = await open(to, "r+");
  let previous: string | null = null;
  let reached = manifest.created_at;
  try {
    for (const { key: name, epoch, number, at, isEncrypted } of segments.map(withKey)) {
      try {
        if (isEncrypted && key === null)
          throw new BackupError("no_key", `${name} is encrypted: give its key in backup.key or backup.key_file.`);
        const content = bucket.read(name, { signal });
        const { header, pages, sum } = await unpackSegment(name, content, isEncrypted ? key : null, MOST_SEGMENT_BYTES);
        if (header.epoch !== epoch || header.number !== number || Date.parse(header.at) !== at)
          throw new BackupError("damaged", `${name} is another segment than its name says.`);
        if (previous !== null && header.previous !== previous)
          throw new BackupError("damaged", `${name} does not follow on the segment before it.`);
        await applyPages(file, header.page_size, pages);
        await file.truncate(header.database_pages * header.page_size);
        previous = sum;
        onBytes(header.database_pages * header.page_size);
      } catch (error) {
        throw unreachable(error, reached);
      }
      reached = new Date(at).toISOString();
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

function withKey(segment: StoredSegment): StoredSegment & { readonly isEncrypted: boolean } {
  return { ...segment, isEncrypted: segment.key.endsWith(".age") };
}

/** With the moment that can be had instead. What the storage says stays what it is, but for one that is not there. */
function unreachable(error: unknown, reached: string): unknown {
  const isMissing = error instanceof ObjectError && error.code === "not_found";
  if (!isMissing && !(error instanceof BackupError)) return error;
  const code = isMissing ? "gap" : (error as BackupError).code;
  return new BackupError(code, `${(error as Error).message} The newest moment before it: --at ${reached}`, {
    cause: error,
  });
}
