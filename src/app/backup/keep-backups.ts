import pMap from "p-map";
import { expiredBackups, type KeepPolicy } from "../../core/backup/keep-policy.ts";
import { BACKUP_PREFIX, type BackupName, isManifestKey, readBackupKey } from "../../core/backup/backup-key.ts";
import type { KnownBackups } from "../../store/sqlite/backup/snapshot.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { readSegmentKey, SEGMENT_PREFIX } from "../../core/backup/segment-key.ts";
import { type Bucket, eachObject } from "../../objects/buckets/bucket.ts";

/** Of removals: after a day without, there are many. */
const AT_ONCE = 8;

export interface KeepOptions {
  readonly signal: AbortSignal;
  readonly now: number;
  /** How far back (ms) every moment stays, whatever the policy says; null: none but those of the backups. */
  readonly pointInTime?: number | null;
}

interface Kept extends BackupName {
  readonly manifest: string | null;
  readonly others: readonly string[];
  readonly modifiedAt: number;
}

/** What the database does not know may be an upload of another instance: longer than any takes, and than clocks are wrong by. */
const UNKNOWN_LEFT_MS = 7 * DAY;

/**
 * Removes the backups that the policy lets go, of those that the database knows, and what unfinished ones have left a day ago. A
 * manifest goes first: what is half removed is no backup any more. `own`: the newest, which is never removed. Returns the ids of the
 * backups that are gone, also of those that were removed before: by a process that was killed before it could tell, or by somebody.
 */
export async function removeExpired(
  bucket: Bucket,
  policy: KeepPolicy,
  { own, known }: { readonly own: BackupName; readonly known: KnownBackups },
  { signal, now, pointInTime = null }: KeepOptions,
): Promise<readonly string[]> {
  const all = await storedBackups(bucket, signal);
  const good = all.filter(({ id, manifest }) => manifest !== null && known.all.has(id));
  const first = pointInTime === null ? null : neededFrom(good, now - pointInTime);
  const expired = expiredBackups(good, policy).filter(({ at }) => first === null || at < first);
  const left = all.filter(
    ({ id, manifest, modifiedAt }) =>
      manifest === null && now - modifiedAt > (known.all.has(id) ? DAY : UNKNOWN_LEFT_MS),
  );
  const gone = [...expired, ...left].filter(({ id }) => id !== own.id);
  for (const { manifest, others } of gone)
    for (const key of manifest === null ? others : [manifest, ...others]) await bucket.remove(key, { signal });
  if (first !== null) await removeSegments(bucket, first, signal);
  const removed = gone.filter(({ manifest }) => manifest !== null).map(({ id }) => id);
  const stored = new Set(good.map(({ id }) => id));
  return [...removed, ...[...known.good].filter((id) => !stored.has(id))];
}

/** The time of the backup from which the segments lead to the moment, and to every later one. Null: there is no backup. */
function neededFrom(good: readonly Kept[], moment: number): number | null {
  const times = good.map(({ at }) => at).toSorted((a, b) => a - b);
  return times.findLast((at) => at <= moment) ?? times[0] ?? null;
}

/** Those that are older than the oldest backup that needs any. They sort by time: the rest is not listed. */
async function removeSegments(bucket: Bucket, first: number, signal: AbortSignal): Promise<void> {
  const old: string[] = [];
  for await (const { key } of eachObject(bucket, SEGMENT_PREFIX, { signal })) {
    const name = readSegmentKey(key);
    if (name === null) continue;
    if (name.at >= first) break;
    old.push(key);
  }
  await pMap(old, (key) => bucket.remove(key, { signal }), { concurrency: AT_ONCE });
}

async function storedBackups(bucket: Bucket, signal: AbortSignal): Promise<readonly Kept[]> {
  const byId = new Map<string, Kept>();
  for await (const { key, modifiedAt } of eachObject(bucket, BACKUP_PREFIX, { signal })) {
    const name = readBackupKey(key);
    if (name === null) continue;
    const known = byId.get(name.id) ?? { ...name, manifest: null, others: [], modifiedAt };
    const next = isManifestKey(key) ? { ...known, manifest: key } : { ...known, others: [...known.others, key] };
    byId.set(name.id, next);
  }
  return [...byId.values()];
}
