import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Connection } from "../../../../src/store/sqlite/database/connection.ts";
import { StoreError } from "../../../../src/store/store.ts";
import { childTask, doneDecider, doneMessage, newTask, NOW, taskMessage } from "../../factories.ts";
import { openScratch, scratchFolder } from "../scratch.ts";

const folder = scratchFolder();

async function openWithHandle(name: string) {
  let handle: Connection | null = null;
  const store = await openScratch(join(folder, name), { onConnect: (db) => (handle = db) });
  assert.ok(handle !== null);
  return { store, db: handle as Connection };
}

describe("a disk that is full", () => {
  it("fails the whole group, keeps older rows, and continues once there is space", async () => {
    const { store, db } = await openWithHandle("full.db");
    const { outbox } = await store.createTasks([newTask()], NOW);
    store.outboxSent(outbox);
    db.pragma(`max_page_count = ${String(db.pragma("page_count", { simple: true }))}`);
    const big = "x".repeat(1_000_000);
    const decider = doneDecider(() => ({ tasks: [childTask({ message: taskMessage({ type: "clean", info: big }) })] }));
    await assert.rejects(store.ingestDone([doneMessage()], decider, NOW), (error) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.code, "disk_full");
      assert.match(error.message, /the disk \(or its quota\) is full: free some space/);
      return true;
    });
    await store.watch();
    assert.equal(store.health().ok, false);
    assert.match(store.health().reason ?? "", /full/);
    assert.deepEqual(
      await store.reads.counts().then(({ records, unfinished, outbox: rows }) => [records, unfinished, rows]),
      [1, 1, 1],
    );

    db.pragma("max_page_count = 1000000");
    assert.equal((await store.ingestDone([doneMessage()], decider, NOW)).outbox.length, 1);
    assert.deepEqual(store.health(), { ok: true, reason: null, integrity: "clean" });
    assert.deepEqual(
      await store.reads.counts().then(({ records, unfinished, outbox: rows }) => [records, unfinished, rows]),
      [2, 1, 1],
    );
    await store.close();
  });
});

describe("a database that became read-only", () => {
  it("fails each write with a sentence, and recovers once it is writable", async () => {
    const { store, db } = await openWithHandle("read-only.db");
    db.pragma("query_only = 1");
    await assert.rejects(store.createTasks([newTask()], NOW), { code: "read_only" });
    assert.match(store.health().reason ?? "", /cannot be written/);
    db.pragma("query_only = 0");
    await store.createTasks([newTask()], NOW);
    assert.equal(store.health().ok, true);
    await store.close();
  });
});
