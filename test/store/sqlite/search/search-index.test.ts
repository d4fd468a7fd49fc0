import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { parseTaskQuery } from "../../../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../../../src/contract/query/task-query-values.ts";
import type { Connection } from "../../../../src/store/sqlite/database/connection.ts";
import type { SqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";
import type { TaskPage } from "../../../../src/store/task-queries.ts";
import { doneDecider, doneMessage, newTask, NOW, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";
import { plant, searchOn } from "./search-rows.ts";

const folder = scratchFolder();

async function open(t: TestContext, name: string): Promise<{ store: SqliteStore; db: Connection }> {
  const path = join(folder, name);
  const store = await openScratch(path);
  const db = openBare(path);
  t.after(async () => {
    db.close();
    await store.close();
  });
  return { store, db };
}

async function indexAll(store: SqliteStore): Promise<void> {
  for (let isMore = true; isMore;) ({ isMore } = await store.indexSearch(100));
}

function page(store: SqliteStore, text: string, limit = 50): Promise<TaskPage> {
  return store.reads.searchTasks({ query: parseTaskQuery(text, utcClock(NOW)), before: null, limit });
}

const ids = async (store: SqliteStore, text: string): Promise<readonly number[]> =>
  (await page(store, text)).rows.map((row) => row.record_id);

/** How many records the index has, and how many it should have. */
function state(db: Connection): { readonly indexed: number; readonly due: number; readonly pending: number } {
  const count = (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? -1;
  return {
    indexed: count("SELECT count(*) FROM task_search_docsize"),
    due: count("SELECT count(*) FROM task_records WHERE id <= (SELECT record_id FROM search_progress)"),
    pending: count("SELECT count(*) FROM search_pending"),
  };
}

const TASKS = Array.from({ length: 40 }, (_, n) =>
  newTask({ message: taskMessage({ id: `run-${n}`, info: `file-${n}.gz`, meta: "workflow=sales.toml&k=a%26b" }) }),
);

describe("the search index", () => {
  it("indexes new and changed records, a few a step", async (t) => {
    const { store, db } = await open(t, "steps.db");
    await store.createTasks(TASKS, NOW);
    assert.deepEqual(await store.indexSearch(16), { taken: 16, isMore: true });
    assert.deepEqual(state(db), { indexed: 16, due: 16, pending: 0 });
    await indexAll(store);
    assert.deepEqual(state(db), { indexed: 40, due: 40, pending: 0 });

    const told = doneMessage({ ...TASKS[3]?.message, result: "error", msg: "Boom at host-7" });
    await store.ingestDone([told], doneDecider(), NOW);
    assert.equal(state(db).pending, 1);
    assert.deepEqual(await ids(store, "boom"), [4], "before the index knows of it");
    await indexAll(store);
    assert.equal(state(db).pending, 0);
    assert.deepEqual(await ids(store, "boom host-7 result:error"), [4]);
    assert.deepEqual(await store.indexSearch(16), { taken: 0, isMore: false });
  });

  it("removes the terms that a record no longer has", async (t) => {
    const { store, db } = await open(t, "forget.db");
    await store.createTasks(TASKS, NOW);
    await indexAll(store);
    assert.deepEqual(await ids(store, "meta.k:a&b file-3"), [4]);
    const told = doneMessage({ ...TASKS[3]?.message, meta: "other=1", result: "complete" });
    await store.ingestDone([told], doneDecider(), NOW);
    await indexAll(store);
    assert.deepEqual(await ids(store, "meta.k:a&b file-3"), []);
    const matching = db.prepare("SELECT rowid FROM task_search WHERE task_search MATCH '0000sales' AND rowid = 4");
    assert.equal(matching.get(), undefined);
  });

  it("stays unchanged when a step fails, and indexes the same records again", async (t) => {
    const { store, db } = await open(t, "fails.db");
    await store.createTasks(TASKS, NOW);
    await store.indexSearch(10);
    db.exec(
      "CREATE TRIGGER refuse BEFORE UPDATE ON search_progress BEGIN SELECT RAISE(ABORT, 'refused by the test'); END",
    );
    await assert.rejects(store.indexSearch(10), /refused by the test/);
    assert.deepEqual(state(db), { indexed: 10, due: 10, pending: 0 });
    db.exec("DROP TRIGGER refuse");
    await indexAll(store);
    assert.deepEqual(state(db), { indexed: 40, due: 40, pending: 0 });
  });

  it("misses nothing while it is behind, and reports when too much changed at once", async (t) => {
    const { store, db } = await open(t, "behind.db");
    await store.createTasks(TASKS, NOW);
    await store.indexSearch(20);
    assert.equal((await ids(store, "gz")).length, 40);
    assert.deepEqual(await ids(store, "file-39"), [40]);
    assert.equal((await page(store, "gz")).unindexed, 0);
    await indexAll(store);
    const more = Array.from({ length: 2500 }, (_, n) => n + 100);
    const row = {
      type: "x",
      job: "",
      info: "burst",
      meta: "",
      msg: "",
      result: "",
      state: "queued",
      origin: "external",
    };
    const rest = { attempt: 0, workflow: "", taskTime: null, created: null, started: null, ended: null };
    plant(
      db,
      more.map((id) => ({ ...row, ...rest, id, run: `b${id}` })),
    );
    await indexAll(store);
    db.prepare("INSERT INTO search_pending (record_ids) VALUES (?)").run(JSON.stringify(more));
    const found = await page(store, "burst");
    assert.deepEqual([found.rows.length, found.unindexed], [50, 500]);
  });

  it("leaves out deleted records", async (t) => {
    const { store, db } = await open(t, "gone.db");
    await store.createTasks(TASKS, NOW);
    await indexAll(store);
    db.exec("DELETE FROM task_records WHERE id <= 38");
    assert.deepEqual(await ids(store, "gz"), [40, 39]);
  });
});

describe("a page", () => {
  it("that runs out of time says how far back it searched, and the next ones continue from there", async (t) => {
    const { store, db } = await open(t, "hurry.db");
    await store.createTasks(TASKS, NOW);
    await indexAll(store);
    const search = searchOn(db, 0);
    // The terms do not narrow this search, so it reads record after record.
    const query = parseTaskQuery("-gz", utcClock(NOW));
    const first = search.page({ query, before: null, limit: 10 });
    assert.deepEqual(first.rows, []);
    if (first.next !== null) assert.equal(first.searched_to, NOW);
    db.exec("UPDATE task_records SET id = id + 100000 WHERE id > 20");
    db.exec("INSERT INTO search_pending (record_ids) VALUES ('[]')");
    let next: number | null = null;
    let pages = 0;
    do {
      const one = search.page({ query, before: next, limit: 10 });
      assert.ok(one.next === null || one.searched_to === NOW);
      assert.ok(next === null || one.next === null || one.next < next);
      next = one.next;
      pages += 1;
    } while (next !== null);
    assert.ok(pages > 1, String(pages));
  });
});
