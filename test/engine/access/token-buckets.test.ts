import assert from "node:assert/strict";
import { test } from "node:test";
import { TokenBuckets } from "../../../src/engine/access/token-buckets.ts";

test("a caller has so many at once, and then one at a time; others have their own", () => {
  const buckets = new TokenBuckets({ capacity: 3, everyMs: 10 });
  assert.deepEqual(
    [1, 2, 3].map(() => buckets.take("a", 0)),
    [0, 0, 0],
  );
  assert.equal(buckets.take("a", 0), 10);
  assert.equal(buckets.take("a", 4), 6);
  assert.equal(buckets.take("b", 4), 0);
  assert.equal(buckets.take("a", 10), 0);
  assert.equal(buckets.take("a", 10), 10);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take("a", 1000)),
    [0, 0, 0, 10],
  );
});

test("what is given back can be taken again", () => {
  const buckets = new TokenBuckets({ capacity: 1, everyMs: 10 });
  for (let round = 0; round < 5; round += 1) {
    assert.equal(buckets.take("a", 0), 0);
    buckets.giveBack("a", 0);
  }
  buckets.giveBack("nobody", 0);
  assert.equal(buckets.take("a", 0), 0);
  assert.equal(buckets.take("a", 0), 10);
});

test("many callers are not kept for ever: the quietest is forgotten", () => {
  const buckets = new TokenBuckets({ capacity: 1, everyMs: 1000 });
  for (let caller = 0; caller <= 10_000; caller += 1) assert.equal(buckets.take(String(caller), 0), 0);
  assert.equal(buckets.take("0", 0), 0, "forgotten");
  assert.equal(buckets.take("10000", 0), 1000);
});
