import assert from "node:assert/strict";
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { errorOf, isCheckDue } from "../../../../src/store/sqlite/database/integrity.ts";
import { isRunning } from "../../../../src/store/sqlite/database/lock.ts";
import { openReader } from "../../../../src/store/sqlite/open.ts";
import { DAY } from "../../../../src/contract/time/time-units.ts";
import { newAlert } from "../../../../src/core/decide/new-alert.ts";
import { StoreError } from "../../../../src/store/store.ts";
import { newTask, NOW, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder, until } from "../scratch.ts";

const folder = scratchFolder();
let count = 0;
function freshPath(): string {
  const own = join(folder, `case-${(count += 1)}`);
  mkdirSync(own);
  return join(own, "tasks.db");
}
const SIDES = ["", "-wal", "-shm"] as const;
const task = (id: string) => newTask({ message: taskMessage({ id }) });

async function recordsOf(path: string): Promise<number> {
  const reader = openReader(path);
  const { records } = await reader.counts();
  reader.close();
  return records;
}

describe("an open database whose files", () => {
  it("are moved away stops, saves what it has, and goes on when they are back", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    await store.createTasks([task("a")], NOW);
    await store.watch();
    assert.equal(store.health().ok, true);
    const gone = join(path, "../gone");
    mkdirSync(gone);
    for (const side of SIDES) renameSync(path + side, join(gone, `tasks.db${side}`));
    await store.watch();
    assert.match(store.health().reason ?? "", /was removed, moved or replaced while Flowlord runs.*being saved now/);
    await assert.rejects(store.createTasks([task("b")], NOW), { code: "moved" });
    await until(() => store.health().reason?.includes(`is saved in ${path}.rescued.`) === true);
    assert.equal(await recordsOf(`${path}.rescued`), 1);
    for (const side of SIDES) renameSync(join(gone, `tasks.db${side}`), path + side);
    await store.watch();
    assert.equal(store.health().ok, true);
    await store.createTasks([task("b")], NOW);
    await store.close();
    assert.equal(await recordsOf(path), 2);
  });

  it("are moved with their folder saves what it has elsewhere", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    await store.createTasks([task("a")], NOW);
    renameSync(dirname(path), `${dirname(path)}-gone`);
    await store.watch();
    await until(() => store.health().reason?.includes("is saved in ") === true);
    const saved = /is saved in (.*\.rescued)\./.exec(store.health().reason ?? "")?.[1] ?? "";
    assert.equal(await recordsOf(saved), 1);
    rmSync(dirname(saved), { recursive: true });
    await store.close();
    assert.ok(!existsSync(path));
  });

  it("are replaced leaves the other file as it is", async () => {
    const path = freshPath();
    const other = freshPath();
    await (await openScratch(other)).close();
    const store = await openScratch(path);
    await store.createTasks([task("a")], NOW);
    for (const side of SIDES) rmSync(path + side);
    copyFileSync(other, path);
    await store.watch();
    await until(() => store.health().reason?.includes(".rescued") === true);
    await store.close();
    assert.deepEqual([await recordsOf(path), await recordsOf(`${path}.rescued`)], [0, 1]);
  });

  it("lose their -wal is told too, and a saved file is never replaced", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    await store.createTasks([task("a")], NOW);
    copyFileSync(`${path}-wal`, `${path}.rescued`);
    rmSync(`${path}-wal`);
    await store.watch();
    await until(() => store.health().reason?.includes(`${path}.rescued-2`) === true);
    assert.match(store.health().reason ?? "", /tasks\.db-wal was removed/);
    await store.close();
  });
});

describe("a database that another program has locked", () => {
  it("is waited for without blocking, and nothing is decided twice", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    const other = openBare(path);
    other.exec("BEGIN IMMEDIATE");
    const created = store.createTasks([task("a")], NOW);
    const silenced = store.alerts.addTest({ channel: "c", deliveryId: "d", text: "t" }, NOW);
    const marked = store.watchedFiles.mark([{ path: "/in/a", fingerprint: "1" }]);
    await until(() => !store.health().ok);
    assert.match(store.health().reason ?? "", /another program has had it locked for/);
    other.exec("ROLLBACK");
    assert.equal((await created).recordIds.length, 1);
    await Promise.all([silenced, marked]);
    assert.equal(store.health().ok, true);
    other.close();
    await store.close();
    assert.equal(await recordsOf(path), 1);
  });

  it("keeps nobody from stopping", async () => {
    const path = freshPath();
    const stop = new AbortController();
    const store = await openScratch(path, { signal: stop.signal });
    const other = openBare(path);
    other.exec("BEGIN IMMEDIATE");
    const created = store.createTasks([task("a")], NOW);
    stop.abort();
    await assert.rejects(created, { code: "busy" });
    await assert.rejects(store.close(), { code: "busy" });
    assert.equal(isRunning(path), false);
    other.close();
  });

  it("is waited for at the open too", async () => {
    const path = freshPath();
    await (await openScratch(path)).close();
    const other = openBare(path);
    other.exec("BEGIN IMMEDIATE");
    setTimeout(() => other.exec("ROLLBACK"), 20);
    await (await openScratch(path)).close();
    other.close();
  });
});

describe("the names of a database", () => {
  it("have one lock, also when a link comes before its file", async () => {
    const path = freshPath();
    const link = `${path}.link`;
    const hard = join(folder, "hard.db");
    symlinkSync("tasks.db", link);
    const store = await openScratch(link);
    linkSync(path, hard);
    await store.createTasks([task("a")], NOW);
    for (const name of [path, link, hard]) {
      assert.equal(isRunning(name), true, name);
      await assert.rejects(openScratch(name), { code: "locked" });
      assert.equal(await recordsOf(name), 1, name);
    }
    await store.close();
    const byOther = await openScratch(hard);
    await byOther.createTasks([task("b")], NOW);
    assert.ok(existsSync(`${path}-wal`) && !existsSync(`${hard}-wal`), "the -wal is beside the first name");
    await byOther.close();
    rmSync(path);
    assert.equal(await recordsOf(hard), 2);
  });
});

describe("a new database that loses its -wal", () => {
  it("has its schema", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    await store.createTasks([task("a")], NOW);
    const copy = freshPath();
    copyFileSync(path, copy);
    await store.close();
    assert.equal(await recordsOf(copy), 0);
    await (await openScratch(copy)).close();
  });
});

describe("the check for damage", () => {
  it("is due at each start; of a large file once a day, and after a crash", () => {
    const large = { bytes: 2 ** 31, wasClean: true };
    assert.equal(isCheckDue({ bytes: 4096, wasClean: true, checkedAt: NOW }, NOW), true);
    assert.equal(isCheckDue({ ...large, checkedAt: NOW - DAY + 1 }, NOW), false);
    assert.equal(isCheckDue({ ...large, checkedAt: NOW - DAY }, NOW), true);
    assert.equal(isCheckDue({ ...large, checkedAt: NOW + 1 }, NOW), true, "the clock was set back");
    assert.equal(isCheckDue({ ...large, checkedAt: null }, NOW), true);
    assert.equal(isCheckDue({ ...large, wasClean: false, checkedAt: NOW }, NOW), true);
  });

  it("tells damage from a disk that fails", () => {
    assert.equal(errorOf({ problems: [], error: null }, "x.db"), null);
    const unread = "Tree 5 page 7 cell 0: unable to get the page. error code=266";
    const disk = errorOf({ problems: [unread], error: null }, "x.db");
    assert.deepEqual([disk?.code, disk?.message.includes("reading the disk failed")], ["io", true]);
    const failed = errorOf({ problems: [], error: { code: "io", message: "Database x.db: reading …" } }, "x.db");
    assert.deepEqual([failed?.code, failed?.message], ["io", "Database x.db: reading …"]);
    const both = errorOf(
      { problems: [unread, "Tree 6 page 8: btreeInitPage() returns error code 11"], error: null },
      "x.db",
    );
    assert.equal(both?.code, "corrupt");
    assert.match(
      both?.message ?? "",
      /^Database x\.db is damaged \(Tree 6 .*\), so nothing is written any more: .*docs\/database\.md/,
    );
    const file = errorOf({ problems: [], error: { code: "not_a_database", message: "no" } }, "x.db");
    assert.equal(file?.code, "corrupt");
  });

  it("runs behind the start of an instance, and not of a command", async () => {
    const path = freshPath();
    await (await openScratch(path)).close();
    const command = await openScratch(path);
    assert.equal(command.health().integrity, "clean");
    await command.close();
    const instance = await openScratch(path, { readsInThread: true });
    assert.equal(instance.health().integrity, "checking");
    await until(() => instance.health().integrity !== "checking");
    assert.equal(instance.health().integrity, "checked");
    await instance.close();
  });
});

describe("text in the database that is not valid UTF-8", () => {
  const BROKEN = "CAST(x'6c6fff64' AS TEXT)";

  it("in a topic ends every loop over it, and is told", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    const other = openBare(path);
    other.exec(`INSERT INTO outbox (id, topic, payload, due_at) VALUES (1, ${BROKEN}, 'x', 0), (2, 'test', 'y', 0)`);
    other.close();
    assert.equal(await store.nextDueAt([]), 0);
    assert.match(store.health().reason ?? "", /outbox has a damaged topic/);
    const claimed = await store.claimOutbox(NOW, 10, []);
    assert.deepEqual(
      claimed.map(({ payload }) => payload),
      ["y"],
    );
    await store.close();
  });

  it("in types, jobs and keys is passed over, and what follows is read", async () => {
    const path = freshPath();
    const before = await openScratch(path);
    await before.createTasks([task("a"), newTask({ message: taskMessage({ id: "b", type: "test", job: "j" }) })], NOW);
    await before.record({ alerts: [newAlert("incomplete", "late", { taskType: "load" })], decisions: [] }, NOW);
    await before.close();
    const other = openBare(path);
    other.exec(`
      UPDATE task_records SET type = ${BROKEN}, job = ${BROKEN} WHERE task_id = 'a';
      UPDATE alert_records SET task_type = ${BROKEN};
      INSERT INTO file_pattern_matches (file_message_id, phase_id, received_at, gather_key)
        VALUES (1, 7, 0, ${BROKEN}), (2, 7, 0, 'test')`);
    other.close();
    const store = await openScratch(path);
    const rows = await store.reads.tasks({ limit: 10, before: null, type: null, job: "j", result: null, state: null });
    assert.deepEqual(
      rows.map((row) => row.id),
      ["b"],
    );
    assert.deepEqual(
      (await store.gathering(7)).map((row) => row.gatherKey),
      ["lo\ufffdd", "test"],
    );
    await store.close();
  });
});

describe("a stored value that cannot be read", () => {
  it("is damage, and is called that", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    const { recordIds } = await store.createTasks([task("a")], NOW);
    const other = openBare(path);
    other.exec("UPDATE decisions SET data = '{'; UPDATE task_records SET created = 9e15");
    other.close();
    await assert.rejects(store.reads.lineage.why(String(recordIds[0])), (error) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /^Database .*: a stored value cannot be read .*, so the database is damaged: stop/);
      return error.code === "corrupt";
    });
    await store.close();
  });

  it("and a schema that another program changed", async () => {
    const path = freshPath();
    const store = await openScratch(path);
    const other = openBare(path);
    other.exec("ALTER TABLE dead_letters RENAME COLUMN reason TO why");
    other.close();
    await assert.rejects(store.reads.counts(), {
      code: "corrupt",
      message: /its schema was changed by another program/,
    });
    await store.close();
  });
});
