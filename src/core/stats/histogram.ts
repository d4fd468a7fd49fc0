/**
 * Durations as counts in buckets that grow by an eighth of an octave: bucket n counts 2^(n/8) ms and more, up to
 * 2^((n+1)/8) ms; bucket 0 also shorter ones. A percentile read from them is at most 9 % above the true one, and
 * hours add up by adding counts.
 */

/** An octave has this many buckets. */
const STEPS = 8;
/** 2^40 ms are 35 years; anything longer counts as that. */
const LAST = 40 * STEPS;

export interface BucketCount {
  readonly bucket: number;
  readonly count: number;
}

/** Bucket of a duration in milliseconds; a negative one counts as 0. */
export function bucketOf(ms: number): number {
  if (!(ms > 1)) return 0;
  let bucket = Math.min(LAST, Math.floor(Math.log2(ms) * STEPS));
  // Rounding may put the logarithm off by one at a border.
  if (bucket < LAST && ms >= bucketFloor(bucket + 1)) bucket += 1;
  else if (ms < bucketFloor(bucket)) bucket -= 1;
  return bucket;
}

/** Shortest duration of a bucket, in milliseconds. */
export function bucketFloor(bucket: number): number {
  return bucket <= 0 ? 0 : 2 ** (bucket / STEPS);
}

/** Where a bucket ends: durations in it are shorter than this, in milliseconds. */
export function bucketCeiling(bucket: number): number {
  return 2 ** ((bucket + 1) / STEPS);
}

/**
 * The percentile `p` (0 to 1) in ms: the end of the bucket that contains it, so never less than the true percentile.
 * Buckets in any order, one may come several times. Null when nothing was counted.
 */
export function percentile(buckets: Iterable<BucketCount>, p: number): number | null {
  const counts: number[] = [];
  let total = 0;
  for (const { bucket, count } of buckets) {
    if (count <= 0) continue;
    counts[bucket] = (counts[bucket] ?? 0) + count;
    total += count;
  }
  if (total === 0) return null;
  const rank = Math.min(total, Math.max(1, Math.ceil(total * p)));
  let bucket = 0;
  for (let seen = counts[0] ?? 0; seen < rank; seen += counts[bucket] ?? 0) bucket += 1;
  return bucketCeiling(bucket);
}
