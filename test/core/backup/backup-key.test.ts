import assert from "node:assert/strict";
import { test } from "node:test";
import { isManifestKey, manifestKey, readBackupKey, snapshotKey } from "../../../src/core/backup/backup-key.ts";

const ID = "0198a1b2-c3d4-7e5f-8a9b-0123456789ab";
const NAME = { at: Date.UTC(2026, 0, 31, 4, 5, 6, 7), id: ID };

test("the names of a backup can be read again", () => {
  assert.equal(snapshotKey(NAME, false), `snapshots/20260131T040506.007Z-${ID}.db.zst`);
  for (const key of [snapshotKey(NAME, false), snapshotKey(NAME, true), manifestKey(NAME)])
    assert.deepEqual(readBackupKey(key), NAME);
  assert.deepEqual([isManifestKey(manifestKey(NAME)), isManifestKey(snapshotKey(NAME, true))], [true, false]);
});

test("they sort by time, over the ends of days and years too", () => {
  const times = [-1, 0, 1, 999, 60_000, 86_400_000].map((ms) => Date.UTC(2026, 11, 31, 23, 59, 59, 999) + ms);
  const keys = times.map((at) => manifestKey({ at, id: ID }));
  assert.deepEqual(keys.toSorted(), keys);
});

test("what others keep in the folder is no backup", () => {
  for (const key of [
    "tasks.db",
    "snapshots/notes.txt",
    `snapshots/20260131T040506.007Z-${ID}.db`,
    `snapshots/20261331T040506.007Z-${ID}.json`,
    `other/20260131T040506.007Z-${ID}.json`,
    `snapshots/20260131T040506.007Z-${ID}.json.unfinished`,
  ])
    assert.equal(readBackupKey(key), null, key);
});
