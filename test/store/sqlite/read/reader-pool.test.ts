import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { StoreError, type StoreCounts } from "../../../../src/store/store.ts";
import { DEFAULT_RULES } from "../../../../src/contract/redact/rules.ts";
import { QueryTimings } from "../../../../src/store/sqlite/read/query-timings.ts";
import { readerPool } from "../../../../src/store/sqlite/read/reader-pool.ts";
import { ReaderThread } from "../../../../src/store/sqlite/read/reader-thread.ts";
import { newTask, NOW, taskFilter, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

async function counts(thread: ReaderThread): Promise<StoreCounts> {
  return (await thread.query({ path: ["counts"], args: [] })) as StoreCounts;
}

describe("queries in a thread", () => {
  it("answers as the same thread does, also nested queries", async () => {
    const store = await openScratch(join(scratchFolder(), "thread.db"), { readsInThread: true });
    await store.createTasks([newTask(), newTask({ message: taskMessage({ id: "other", type: "clean" }) })], NOW);
    const rows = await store.reads.tasks(taskFilter());
    assert.deepEqual(
      rows.map((row) => row.type),
      ["clean", "fetch"],
    );
    const page = await store.reads.searchTasks({
      query: { kind: "text", field: "type", values: [["clean"]] },
      before: null,
      limit: 10,
    });
    assert.deepEqual(page.rows, rows.slice(0, 1));
    assert.equal((await store.reads.lineage.why("1")).length, 1);
    await store.close();
  });

  it("sees what was committed since", async () => {
    const store = await openScratch(join(scratchFolder(), "fresh.db"), { readsInThread: true });
    assert.equal((await store.reads.counts()).records, 0);
    await store.createTasks([newTask()], NOW);
    assert.equal((await store.reads.counts()).records, 1);
    await store.close();
  });

  it("says how long queries took", async () => {
    const store = await openScratch(join(scratchFolder(), "timed.db"), { readsInThread: true });
    assert.deepEqual(await store.reads.timings(), []);
    await store.reads.counts();
    await store.reads.counts();
    await store.reads.stats.totals({ from: 0, until: 1 });
    const timings = new Map((await store.reads.timings()).map(({ name, ...times }) => [name, times]));
    assert.deepEqual([timings.get("counts")?.count, timings.get("stats.totals")?.count], [2, 1]);
    const { mean_ms: mean = 0, max_ms: max = 0 } = timings.get("counts") ?? {};
    assert.ok(mean > 0 && max >= mean);
    await store.close();
  });

  it("throws the error of the query, with its class and code", async () => {
    const path = join(scratchFolder(), "none.db");
    writeFileSync(path, "no database at all, but longer than its header would be".repeat(10));
    const readStore = readerPool({ rules: DEFAULT_RULES, path });
    await assert.rejects(readStore.counts(), (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.name, "StoreError");
      assert.equal(error.code, "not_a_database");
      assert.match(error.message, /none\.db/);
      return true;
    });
    await readStore.close();
  });

  it("keeps nothing waiting behind a query that takes long", async () => {
    const path = join(scratchFolder(), "two.db");
    await (await openScratch(path)).close();
    const holder = openBare(path);
    // Without a write-ahead log, an exclusive lock blocks every reader.
    holder.pragma("journal_mode = DELETE");
    const pool = readerPool({ rules: DEFAULT_RULES, path, maxWaiting: 0 });
    await pool.counts();
    holder.exec("BEGIN EXCLUSIVE");
    const long = pool.counts();
    // A short wait is no reason to make a second thread work.
    await assert.rejects(pool.counts(), { code: "busy" });
    await pause(50);
    const other = pool.counts();
    await assert.rejects(pool.counts(), { code: "busy" });
    holder.exec("COMMIT");
    holder.close();
    assert.deepEqual(await Promise.all([long, other]), [await pool.counts(), await pool.counts()]);
    await pool.close();
    await assert.rejects(pool.counts(), { code: "closed" });
  });
});

describe("one thread of them", () => {
  it("refuses a query that takes too long, and goes on with the next one", async (t) => {
    const path = join(scratchFolder(), "slow.db");
    await (await openScratch(path)).close();
    const holder = openBare(path);
    // Without a write-ahead log, an exclusive lock blocks every reader.
    holder.pragma("journal_mode = DELETE");
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const thread = new ReaderThread({ rules: DEFAULT_RULES, path, timeoutMs: 300 }, new QueryTimings());
    assert.equal((await counts(thread)).records, 0);
    holder.exec("BEGIN EXCLUSIVE");
    const first = counts(thread);
    const second = counts(thread);
    t.mock.timers.tick(300);
    await assert.rejects(first, (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.code, "question_timeout");
      assert.match(error.message, /counts took more than 0\.3 s/);
      return true;
    });
    holder.exec("COMMIT");
    holder.close();
    assert.equal((await second).records, 0);
    assert.equal((await counts(thread)).records, 0);
    await thread.close();
  });

  it("answers those in the thread in their order, and refuses them when it is closed", async () => {
    const path = join(scratchFolder(), "closed.db");
    await (await openScratch(path)).close();
    const thread = new ReaderThread({ rules: DEFAULT_RULES, path }, new QueryTimings());
    const answered: number[] = [];
    const ask = async (n: number): Promise<void> => {
      await counts(thread);
      answered.push(n);
    };
    await Promise.all([0, 1, 2, 3, 4].map(ask));
    assert.deepEqual(answered, [0, 1, 2, 3, 4]);
    const open = [counts(thread), counts(thread), counts(thread), counts(thread)];
    const closing = thread.close();
    for (const query of open) await assert.rejects(query, { code: "closed" });
    await closing;
  });

  it("refuses queries beyond the limit of waiting ones, and all once it is closed", async () => {
    const path = join(scratchFolder(), "many.db");
    await (await openScratch(path)).close();
    const thread = new ReaderThread({ rules: DEFAULT_RULES, path, maxWaiting: 2 }, new QueryTimings());
    const current = Array.from({ length: 4 }, () =>
      counts(thread).then(
        () => "answered",
        (error: StoreError) => error.code,
      ),
    );
    assert.deepEqual(await Promise.all(current), ["answered", "answered", "answered", "busy"]);
    await thread.close();
    await assert.rejects(counts(thread), { code: "closed" });
  });
});
