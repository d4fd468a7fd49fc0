import assert from "node:assert/strict";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import { FreePages } from "../../../../src/engine/maintenance/free-pages.ts";
import type { SqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";
import { newTask, NOW, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder, until } from "../scratch.ts";

const folder = scratchFolder();
let count = 0;
const freshPath = (): string => join(folder, `case-${(count += 1)}.db`);

async function opened(t: TestContext, path: string, clock = { now: NOW }): Promise<SqliteStore> {
  const store = await openScratch(path, { now: () => clock.now });
  t.after(() => store.close());
  return store;
}

async function addTasks(store: SqliteStore, from: number, to: number): Promise<void> {
  const tasks = Array.from({ length: to - from }, (_, n) =>
    newTask({ message: taskMessage({ id: `run-${from + n}`, info: `?n=${from + n}&text=${"x".repeat(200)}` }) }),
  );
  await store.createTasks(tasks, NOW);
}

describe("the sizes of the tables", () => {
  it("are exact, of tables with row ids and without", async (t) => {
    const path = freshPath();
    const store = await opened(t, path);
    await addTasks(store, 0, 500);
    const run = await store.maintenance.measure();
    assert.equal(run.at, NOW);
    const { tables, size, free, measured } = await store.reads.databaseSize(NOW);
    assert.deepEqual(measured, run);
    const db = openBare(path);
    for (const { name, rows } of tables) {
      if (rows === null || name === "table_sizes" || name === "instance_state") continue;
      const found = db.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM "${name}"`).get();
      assert.equal(rows, found?.rows, name);
    }
    db.close();
    assert.equal(tables.find(({ name }) => name === "task_records")?.rows, 500);
    const sum = tables.reduce((bytes, one) => bytes + (one.bytes ?? 0) + (one.index_bytes ?? 0), 0);
    assert.ok(sum > 0.6 * (size - free) && sum <= size, `${sum} of ${size}`);
  });

  it("tell what a table grows a day, once they were measured for long enough", async (t) => {
    const clock = { now: NOW };
    const store = await opened(t, freshPath(), clock);
    const records = async () =>
      (await store.reads.databaseSize(clock.now)).tables.find(({ name }) => name === "task_records");
    await store.maintenance.measure();
    await addTasks(store, 0, 300);
    clock.now += 5 * HOUR;
    await store.maintenance.measure();
    assert.partialDeepStrictEqual(await records(), { rows: 300, rows_per_day: null, growth_per_day: null });
    clock.now += 43 * HOUR;
    await store.maintenance.measure();
    assert.partialDeepStrictEqual(await records(), { rows: 300, rows_per_day: 150 });
    assert.ok(((await records())?.growth_per_day ?? 0) > 0);
    assert.ok(((await store.maintenance.growthPerDay()) ?? 0) > 0);
    // Nothing was added in the last seven days.
    clock.now += 8 * DAY;
    await store.maintenance.measure();
    clock.now += DAY;
    await store.maintenance.measure();
    assert.partialDeepStrictEqual(await records(), { rows_per_day: 0 });
  });

  it("of each hour are kept for a week, and of each day for a year", async (t) => {
    const clock = { now: Math.floor(NOW / DAY) * DAY };
    const path = freshPath();
    const store = await opened(t, path, clock);
    const begin = clock.now;
    for (const hours of [0, 1, 2, 24, 25]) {
      clock.now = begin + hours * HOUR;
      await store.maintenance.measure();
    }
    const kept = (): number[] => {
      const db = openBare(path);
      const rows = db
        .prepare<[], { at: number }>("SELECT DISTINCT measured_at AS at FROM table_sizes ORDER BY 1")
        .all();
      db.close();
      return rows.map(({ at }) => (at - begin) / HOUR);
    };
    assert.deepEqual(kept(), [0, 1, 2, 24, 25]);
    clock.now = begin + 20 * DAY;
    await store.maintenance.measure();
    assert.deepEqual(kept(), [0, 24, 480]);
    clock.now = begin + 367 * DAY + HOUR;
    await store.maintenance.measure();
    assert.deepEqual(kept(), [480, 8809]);
  });

  it("of a clock that was ahead do not hide those of now", async (t) => {
    const clock = { now: NOW + DAY };
    const store = await opened(t, freshPath(), clock);
    await store.maintenance.measure();
    clock.now = NOW;
    await addTasks(store, 0, 3);
    await store.maintenance.measure();
    const { tables } = await store.reads.databaseSize(NOW);
    assert.equal(tables.find(({ name }) => name === "task_records")?.rows, 3);
  });

  it("that are being measured keep nothing from stopping", async () => {
    const store = await openScratch(freshPath());
    let isSettled = false;
    store.maintenance.measure().then(
      () => (isSettled = true),
      () => (isSettled = true),
    );
    await assert.rejects(store.maintenance.measure(), /being measured already/);
    await store.close();
    assert.equal(isSettled, false);
  });
});

describe("free pages", () => {
  it("are given back in steps once they are many, and what is left is whole", async (t) => {
    const path = freshPath();
    const store = await opened(t, path);
    const db = openBare(path);
    db.exec("CREATE TABLE filler (id INTEGER PRIMARY KEY, text TEXT)");
    db.exec(
      "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO filler SELECT i, hex(randomblob(1500)) FROM n",
    );
    db.exec("DELETE FROM filler WHERE id % 10 > 0");
    db.pragma("wal_checkpoint(TRUNCATE)");
    const before = statSync(path).size;
    let now = 0;
    const pages = new FreePages({ maintenance: store.maintenance, now: () => now, utilization: () => 0 });
    let steps = 0;
    for (let next = now; next - now < 1000; steps += 1) {
      now = next;
      const { free, page_size: pageSize } = await store.maintenance.fileSize();
      next = await pages.step();
      const left = (await store.maintenance.fileSize()).free;
      assert.ok(free - left <= 200 * pageSize, `${(free - left) / pageSize} pages in one step`);
    }
    const { size, free } = await store.maintenance.fileSize();
    assert.ok(steps > 20 && free <= 0.03 * size, `${free} of ${size} are free after ${steps} steps`);
    db.pragma("wal_checkpoint(TRUNCATE)");
    assert.ok(statSync(path).size < before / 5);
    assert.deepEqual(db.pragma("integrity_check"), [{ integrity_check: "ok" }]);
    assert.equal(db.prepare<[], { n: number }>("SELECT count(*) AS n FROM filler").get()?.n, 1000);
    db.exec("DROP TABLE filler");
    db.close();
  });

  it("that are few stay, to be filled again", async (t) => {
    const store = await opened(t, freshPath());
    const pages = new FreePages({ maintenance: store.maintenance, now: () => 0, utilization: () => 0 });
    const before = await store.maintenance.fileSize();
    assert.equal(await pages.step(), 60_000);
    assert.deepEqual(await store.maintenance.fileSize(), before);
  });
});

describe("the statistics", () => {
  it("are refreshed of the tables that have changed, and then of none", async (t) => {
    const store = await opened(t, freshPath());
    await addTasks(store, 0, 1000);
    assert.deepEqual(await store.maintenance.staleStatistics(1e9), [], "nobody knows yet how large they are");
    await store.maintenance.measure();
    assert.ok(!(await store.maintenance.staleStatistics(1000)).includes("task_records"), "it is too large");
    const stale = await store.maintenance.staleStatistics(1e9);
    assert.ok(stale.includes("task_records"), stale.join());
    for (const table of stale) await store.maintenance.analyze(table);
    const still = await store.maintenance.staleStatistics(1e9);
    assert.ok(!still.includes("task_records"), still.join());
    await store.maintenance.analyzed({ kind: "analyze", at: NOW, ms: 12 });
    assert.deepEqual(await store.maintenance.lastRun("analyze"), { kind: "analyze", at: NOW, ms: 12 });
  });
});

describe("the check for damage of a running instance", () => {
  it("keeps when it found none", async (t) => {
    const path = freshPath();
    const store = await opened(t, path);
    assert.equal(await store.maintenance.lastRun("check"), null);
    await store.maintenance.check();
    assert.equal(store.health().integrity, "checking");
    await until(() => store.health().integrity !== "checking");
    assert.deepEqual([store.health().integrity, store.health().ok], ["checked", true]);
    assert.equal((await store.maintenance.lastRun("check"))?.at, NOW);
    assert.equal((await store.reads.databaseSize(NOW)).checked?.at, NOW);
  });

  it("stops the writing where it finds some, and none begins after that", async (t) => {
    const path = freshPath();
    const store = await opened(t, path);
    await addTasks(store, 0, 500);
    const db = openBare(path);
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const file = openSync(path, "r+");
    const pages = Math.floor(statSync(path).size / 4096);
    for (let page = Math.floor(pages / 2); page < pages; page += 1)
      writeSync(file, Buffer.alloc(2048, 7), 0, 2048, page * 4096);
    closeSync(file);
    await store.maintenance.check();
    await until(() => store.health().integrity !== "checking");
    assert.equal(store.health().integrity, "broken");
    assert.match(store.health().reason ?? "", /is damaged/);
    await assert.rejects(addTasks(store, 500, 501), { code: "corrupt" });
    await store.maintenance.check();
    assert.equal(store.health().integrity, "broken");
    assert.equal(await store.maintenance.lastRun("check"), null);
  });
});
