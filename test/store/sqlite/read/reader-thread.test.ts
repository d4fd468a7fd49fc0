import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { StoreError } from "../../../../src/store/store.ts";
import { DEFAULT_RULES } from "../../../../src/contract/redact/rules.ts";
import { threadReadStore } from "../../../../src/store/sqlite/read/reader-thread.ts";
import { newTask, NOW, taskFilter, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

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
    const readStore = threadReadStore({ rules: DEFAULT_RULES, path });
    await assert.rejects(readStore.counts(), (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.name, "StoreError");
      assert.equal(error.code, "not_a_database");
      assert.match(error.message, /none\.db/);
      return true;
    });
    await readStore.close();
  });

  it("refuses a query that takes too long, and goes on with the next one", async (t) => {
    const path = join(scratchFolder(), "slow.db");
    await (await openScratch(path)).close();
    const holder = openBare(path);
    // Without a write-ahead log, an exclusive lock blocks every reader.
    holder.pragma("journal_mode = DELETE");
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const readStore = threadReadStore({ rules: DEFAULT_RULES, path, timeoutMs: 300 });
    assert.equal((await readStore.counts()).records, 0);
    holder.exec("BEGIN EXCLUSIVE");
    const first = readStore.counts();
    const second = readStore.counts();
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
    assert.equal((await readStore.counts()).records, 0);
    await readStore.close();
  });

  it("answers those in the thread in their order, and refuses them when it is closed", async () => {
    const path = join(scratchFolder(), "closed.db");
    await (await openScratch(path)).close();
    const readStore = threadReadStore({ rules: DEFAULT_RULES, path });
    const answered: number[] = [];
    const ask = async (n: number): Promise<void> => {
      await readStore.counts();
      answered.push(n);
    };
    await Promise.all([0, 1, 2, 3, 4].map(ask));
    assert.deepEqual(answered, [0, 1, 2, 3, 4]);
    const open = [readStore.counts(), readStore.counts(), readStore.counts(), readStore.counts()];
    const closing = readStore.close();
    for (const query of open) await assert.rejects(query, { code: "closed" });
    await closing;
  });

  it("refuses queries beyond the limit of waiting ones, and all once it is closed", async () => {
    const path = join(scratchFolder(), "many.db");
    await (await openScratch(path)).close();
    const readStore = threadReadStore({ rules: DEFAULT_RULES, path, maxWaiting: 2 });
    const current = Array.from({ length: 4 }, () =>
      readStore.counts().then(
        () => "answered",
        (error: StoreError) => error.code,
      ),
    );
    assert.deepEqual(await Promise.all(current), ["answered", "answered", "answered", "busy"]);
    await readStore.close();
    await assert.rejects(readStore.counts(), { code: "closed" });
  });

  it("keeps nothing waiting behind what counts over many rows", async () => {
    const path = join(scratchFolder(), "two.db");
    await (await openScratch(path)).close();
    const readStore = threadReadStore({ rules: DEFAULT_RULES, path, maxWaiting: 0 });
    const totals = () => readStore.stats.totals({ from: 0, until: 1 });
    const [counted, refused, listed] = await Promise.allSettled([totals(), totals(), readStore.counts()]);
    assert.equal(counted.status, "fulfilled");
    assert.equal(refused.status === "rejected" && (refused.reason as StoreError).code, "busy");
    assert.equal(listed.status, "fulfilled");
    await readStore.close();
    await assert.rejects(totals(), { code: "closed" });
  });
});
