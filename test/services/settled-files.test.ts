import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileStat, type SettledFile, SettledFiles } from "../../src/services/settled-files.ts";

const SETTLE = 1_000;

/** Files that a test makes, changes and removes by hand, and a clock it sets. */
function makeFolder() {
  const files = new Map<string, FileStat>();
  const delivered: SettledFile[] = [];
  const state = { now: 0, failing: new Set<string>(), known: new Set<string>(), storeError: null as Error | null };
  const settled = new SettledFiles({
    settleMs: SETTLE,
    now: () => state.now,
    stat: async (path) => files.get(path) ?? null,
    isNew: async (file) => {
      if (state.storeError !== null) throw state.storeError;
      return !state.known.has(file.path);
    },
    deliver: async (group) => {
      const failed = group.filter((file) => state.failing.has(file.path));
      delivered.push(...group.filter((file) => !failed.includes(file)));
      return failed;
    },
  });
  const write = (path: string, size: number): void => {
    files.set(path, { size, mtimeMs: state.now, ctimeMs: state.now, ino: 1 });
    settled.notice(path);
  };
  const at = async (now: number): Promise<number | null> => {
    state.now = now;
    return settled.runOnce();
  };
  return { files, delivered, state, settled, write, at };
}

test("delivers a file once it has stood still", async () => {
  const { delivered, write, at, settled } = makeFolder();
  write("a", 5);
  assert.equal(await at(10), 10 + SETTLE);
  assert.equal(await at(1_009), 10 + SETTLE);
  assert.deepEqual(delivered, []);
  assert.equal(await at(1_010), null);
  assert.deepEqual(delivered, [{ path: "a", size: 5, mtimeMs: 0, ctimeMs: 0, ino: 1 }]);
  assert.equal(settled.settling, 0);
});

test("waits again while the file grows, or is written anew with the same size", async () => {
  const { delivered, write, at } = makeFolder();
  write("a", 5);
  await at(0);
  write("a", 6);
  assert.equal(await at(1_000), 2_000);
  write("a", 6);
  assert.equal(await at(2_000), 3_000);
  assert.deepEqual(delivered, []);
  await at(3_000);
  assert.deepEqual(delivered, [{ path: "a", size: 6, mtimeMs: 1_000, ctimeMs: 1_000, ino: 1 }]);
});

test("forgets a file that is deleted before it has settled", async () => {
  const { delivered, files, write, at, settled } = makeFolder();
  write("a", 5);
  write("b", 5);
  files.delete("b");
  await at(0);
  files.delete("a");
  assert.equal(await at(1_000), null);
  assert.deepEqual(delivered, []);
  assert.equal(settled.settling, 0);
});

test("passes over what was announced before", async () => {
  const { delivered, state, write, at } = makeFolder();
  state.known.add("a");
  write("a", 5);
  assert.equal(await at(0), null);
  assert.deepEqual(delivered, []);
});

test("tries again what could not be delivered, after it has settled again", async () => {
  const { delivered, state, write, at } = makeFolder();
  state.failing.add("a");
  write("a", 5);
  write("b", 5);
  await at(0);
  assert.equal(await at(1_000), 2_000);
  assert.deepEqual(
    delivered.map((file) => file.path),
    ["b"],
  );
  state.failing.clear();
  assert.equal(await at(2_000), null);
  assert.deepEqual(
    delivered.map((file) => file.path),
    ["b", "a"],
  );
});

test("forgets nothing when the store does not answer", async () => {
  const { delivered, state, write, at } = makeFolder();
  write("a", 5);
  state.storeError = new Error("busy");
  await assert.rejects(at(0), /busy/);
  state.storeError = null;
  await at(100);
  await at(1_100);
  assert.equal(delivered.length, 1);
});

test("takes a change that is noticed while the file is delivered for another one", async () => {
  const files = new Map([["a", { size: 1, mtimeMs: 0, ctimeMs: 0, ino: 1 }]]);
  const delivered: SettledFile[] = [];
  let now = 0;
  const settled = new SettledFiles({
    settleMs: SETTLE,
    now: () => now,
    stat: async (path) => files.get(path) ?? null,
    isNew: async (file) => !delivered.some((other) => other.mtimeMs === file.mtimeMs),
    deliver: async (group) => {
      delivered.push(...group);
      if (delivered.length === 1) {
        files.set("a", { size: 2, mtimeMs: 1, ctimeMs: 1, ino: 1 });
        settled.notice("a");
      }
      return [];
    },
  });
  settled.notice("a");
  await settled.runOnce();
  for (now = 1_000; delivered.length < 2 && now < 10_000; now += 500) await settled.runOnce();
  assert.deepEqual(
    delivered.map((file) => file.size),
    [1, 2],
  );
});
