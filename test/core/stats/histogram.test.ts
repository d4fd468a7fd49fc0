import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketCeiling, bucketFloor, bucketOf, percentile } from "../../../src/core/stats/histogram.ts";
import { fc } from "../../support/seed.ts";

test("every duration is in its bucket, and the next bucket begins where it ends", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2 ** 40, noNaN: true }), (ms) => {
      const bucket = bucketOf(ms);
      assert.ok(bucketFloor(bucket) <= ms && ms < bucketCeiling(bucket), `${ms} in bucket ${bucket}`);
      assert.equal(bucketCeiling(bucket), bucketFloor(bucket + 1));
    }),
  );
});

test("a duration at a border belongs to the bucket that begins there", () => {
  for (let bucket = 1; bucket < 320; bucket++) assert.equal(bucketOf(bucketFloor(bucket)), bucket);
});

test("an invalid time, one below a millisecond and one above all bounds have a bucket too", () => {
  assert.equal(bucketOf(-5), 0);
  assert.equal(bucketOf(Number.NaN), 0);
  assert.equal(bucketOf(0.3), 0);
  assert.equal(bucketOf(Number.POSITIVE_INFINITY), 320);
});

test("a percentile is the true one, or above it by less than the width of its bucket", () => {
  const durations = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, p) => {
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(values.length * p)) - 1] ?? 0;
      const found = percentile(
        values.map((ms) => ({ bucket: bucketOf(ms), count: 1 })),
        p,
      );
      assert.ok(found !== null && found > exact && found <= exact * 2 ** (1 / 8) * (1 + 1e-12), `${found} of ${exact}`);
    }),
  );
});

test("nothing counted has no percentile; counts of one bucket add up", () => {
  assert.equal(percentile([], 0.95), null);
  assert.equal(percentile([{ bucket: 8, count: 0 }], 0.95), null);
  const split = [
    { bucket: 16, count: 5 },
    { bucket: 80, count: 1 },
    { bucket: 16, count: 14 },
  ];
  assert.equal(percentile(split, 0.95), bucketCeiling(16));
  assert.equal(percentile(split, 0.96), bucketCeiling(80));
});
