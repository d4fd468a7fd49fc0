import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { test, type TestContext } from "node:test";
import { LockWait } from "../../../../src/store/sqlite/database/lock-wait.ts";
import { StoreError } from "../../../../src/store/store.ts";

const BUSY = new StoreError("busy", "locked");

/** A clock that goes on by 60 ms with each call; counts the calls until it gives up, or `freeAt` succeeds. */
async function calls(t: TestContext, signal: AbortSignal | undefined, freeAt = Infinity) {
  let [now, count] = [0, 0];
  t.mock.method(performance, "now", () => now);
  const wait = new LockWait({ path: "x.db", signal });
  const error = await wait
    .run(() => {
      now += 60;
      count += 1;
      if (count < freeAt) throw BUSY;
    })
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  return { count, error };
}

test("a lock of a moment is waited for also by a process that stops", async (t) => {
  const { count, error } = await calls(t, AbortSignal.abort(), 8);
  assert.deepEqual([count, error], [8, null], "480 ms");
});

test("a process that stops waits half a second for a lock, and no more", async (t) => {
  const { count, error } = await calls(t, AbortSignal.abort());
  assert.deepEqual([count, error], [9, BUSY], "540 ms");
});

test("an error that is no lock is not tried again", async () => {
  let count = 0;
  const wait = new LockWait({ path: "x.db" });
  const broken = new StoreError("corrupt", "damaged");
  await assert.rejects(
    wait.run(() => {
      count += 1;
      throw broken;
    }),
    broken,
  );
  assert.equal(count, 1);
});
