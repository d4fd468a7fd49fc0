import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { removeExpired } from "../../../src/app/backup/keep-backups.ts";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import { type BackupName, manifestKey, snapshotKey } from "../../../src/core/backup/backup-key.ts";
import { eachObject } from "../../../src/objects/buckets/bucket.ts";
import type { KnownBackups } from "../../../src/store/sqlite/backup/snapshot.ts";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";

const TWO = { last: 2, hourly: 0, daily: 0, weekly: 0, monthly: 0 };
const ALL = { ...TWO, last: 0 };
const signal = new AbortController().signal;

function named(number: number): BackupName {
  return { at: Date.UTC(2026, 0, 31) + number * HOUR, id: `0198a1b2-c3d4-7e5f-8a9b-00000000000${number}` };
}

/** A database that knows all of them. */
function ownOf(
  number: number,
  good: readonly number[] = [],
): { readonly own: BackupName; readonly known: KnownBackups } {
  const idsOf = (numbers: readonly number[]): ReadonlySet<string> => new Set(numbers.map((each) => named(each).id));
  return { own: named(number), known: { all: idsOf([1, 2, 3, 4]), good: idsOf(good) } };
}

async function bucketWith(t: TestContext, keys: readonly string[]): Promise<LocalBucket> {
  const folder = await mkdtemp(join(tmpdir(), "flowlord-keep-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bucket = new LocalBucket(folder);
  for (const key of keys)
    await bucket.create(
      key,
      (async function* content() {
        yield Buffer.from(key);
      })(),
    );
  return bucket;
}

async function keysIn(bucket: LocalBucket): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of eachObject(bucket, "")) found.push(key);
  return found;
}

const both = (number: number): readonly string[] => [snapshotKey(named(number), false), manifestKey(named(number))];

test("what the policy lets go is removed whole, and what others keep there stays", async (t) => {
  const others = ["snapshots/notes.txt", "archive/x"];
  const bucket = await bucketWith(t, [...others, ...[1, 2, 3, 4].flatMap(both)]);
  const gone = await removeExpired(bucket, TWO, ownOf(4), { signal, now: Date.now() });
  assert.deepEqual(gone, [named(1).id, named(2).id]);
  assert.deepEqual(await keysIn(bucket), [...others, ...[3, 4].flatMap(both)].toSorted());
  assert.deepEqual(await removeExpired(bucket, ALL, ownOf(4), { signal, now: Date.now() }), []);
});

test("the newest stays, although a clock has named others later", async (t) => {
  const bucket = await bucketWith(t, [1, 2, 3].flatMap(both));
  const gone = await removeExpired(bucket, TWO, ownOf(1), { signal, now: Date.now() });
  assert.deepEqual(gone, []);
  assert.equal((await keysIn(bucket)).length, 6);
});

test("what an unfinished backup has left goes after a day, and counts as no backup", async (t) => {
  const left = snapshotKey(named(2), true);
  const bucket = await bucketWith(t, [left, ...both(3)]);
  assert.deepEqual(await removeExpired(bucket, TWO, ownOf(3), { signal, now: Date.now() }), []);
  assert.ok((await keysIn(bucket)).includes(left), "it may be under way");
  assert.deepEqual(await removeExpired(bucket, TWO, ownOf(3), { signal, now: Date.now() + DAY + HOUR }), []);
  assert.deepEqual(await keysIn(bucket), both(3).toSorted());
});

test("what the database does not know stays: it is of another instance, or is being uploaded by one", async (t) => {
  const left = snapshotKey(named(5), false);
  const bucket = await bucketWith(t, [left, ...[6, 1, 2, 3].flatMap(both)]);
  const gone = await removeExpired(bucket, TWO, ownOf(3), { signal, now: Date.now() + 2 * DAY });
  assert.deepEqual(gone, [named(1).id], "and does not count as one of the two that stay");
  assert.deepEqual(await keysIn(bucket), [...[2, 3].flatMap(both), left, ...both(6)].toSorted());
  await removeExpired(bucket, TWO, ownOf(3), { signal, now: Date.now() + 8 * DAY });
  assert.deepEqual(await keysIn(bucket), [2, 3, 6].flatMap(both).toSorted(), "after a week nobody uploads it any more");
});

test("what is gone without the database knowing is told of with the next", async (t) => {
  const bucket = await bucketWith(t, [3, 4].flatMap(both));
  const gone = await removeExpired(bucket, TWO, ownOf(4, [1, 2, 3]), { signal, now: Date.now() });
  assert.deepEqual(gone, [named(1).id, named(2).id]);
});

test("a manifest goes before its copy: half removed it is no backup any more", async (t) => {
  const bucket = await bucketWith(t, [1, 2, 3].flatMap(both));
  const removed: string[] = [];
  const failing = Object.assign(Object.create(bucket) as LocalBucket, {
    list: bucket.list.bind(bucket),
    remove: async (key: string) => {
      removed.push(key);
      if (removed.length === 2) throw new Error("the bucket is away");
      await bucket.remove(key);
    },
  });
  await assert.rejects(removeExpired(failing, TWO, ownOf(3), { signal, now: Date.now() }), /the bucket is away/);
  assert.equal(removed[0], manifestKey(named(1)));
});
