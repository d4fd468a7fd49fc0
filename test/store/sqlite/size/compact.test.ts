import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { damageOf } from "../../../../src/store/sqlite/backup/snapshot.ts";
import { compact } from "../../../../src/store/sqlite/size/compact.ts";
import type { Connection } from "../../../../src/store/sqlite/database/connection.ts";
import { newTask, NOW, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";
import { contentOf } from "./content.ts";

const folder = scratchFolder();
const original = join(folder, "original.db");
const silent = { step: () => undefined };
let count = 0;
let whole: Readonly<Record<string, string>> = {};

function copied(): string {
  const path = join(folder, `case-${(count += 1)}.db`);
  copyFileSync(original, path);
  return path;
}

function leftOf(path: string): readonly string[] {
  const name = path.slice(folder.length + 1);
  return readdirSync(folder).filter((one) => one.startsWith(`${name}-`) || one.startsWith(`${name}.compact`));
}

describe("a compacted database", () => {
  before(async () => {
    const store = await openScratch(original);
    for (let at = 0; at < 1000; at += 500)
      await store.createTasks(
        Array.from({ length: 500 }, (_, n) =>
          newTask({ message: taskMessage({ id: `run-${at + n}`, info: `?text=${"x".repeat(300)}` }) }),
        ),
        NOW,
      );
    await store.indexSearch(5000);
    await store.close();
    const db = openBare(original);
    db.exec("CREATE TABLE gone (text TEXT)");
    db.exec(
      "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO gone SELECT hex(randomblob(1500)) FROM n",
    );
    db.exec("DROP TABLE gone");
    db.close();
    whole = contentOf(original);
  });
  after(() => rmSync(original, { force: true }));

  it("is smaller, has every row, and opens as before", async () => {
    const path = copied();
    chmodSync(path, 0o640);
    const done = compact(path, silent);
    assert.ok(done.after < done.before, `${done.before} → ${done.after}`);
    assert.equal(statSync(path).size, done.after);
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.deepEqual(leftOf(path), []);
    assert.deepEqual(contentOf(path), whole);
    const store = await openScratch(path);
    const db = openBare(path);
    assert.deepEqual(
      [db.pragma("auto_vacuum", { simple: true }), db.pragma("journal_mode", { simple: true })],
      [2, "wal"],
    );
    db.close();
    await store.createTasks([newTask({ message: taskMessage({ id: "next" }) })], NOW);
    await store.close();
    assert.deepEqual(damageOf(path), []);
  });

  it("is not made while an instance runs, which goes on", async () => {
    const path = copied();
    const store = await openScratch(path);
    assert.throws(() => compact(path, silent), { code: "locked", message: /another Flowlord is running on it; stop/ });
    await store.createTasks([newTask({ message: taskMessage({ id: "next" }) })], NOW);
    await store.close();
    assert.equal(compact(path, silent).path, path);
  });

  it("is not made while another program reads the file", () => {
    const path = copied();
    const reader: Connection = openBare(path);
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM task_records").get();
    assert.throws(() => compact(path, silent), { code: "busy", message: /another program has it/ });
    reader.close();
    assert.deepEqual(leftOf(path), []);
    assert.deepEqual(contentOf(path), whole);
    assert.equal(compact(path, silent).path, path);
  });

  it("is not made where both files do not fit on the disk", () => {
    const path = copied();
    const free = (): number => 1_000_000;
    assert.throws(() => compact(path, { ...silent, free }), {
      code: "disk_full",
      message: /compacting needs \d+ MB on the disk of .* and only 1 MB are left: free some space first/,
    });
    assert.deepEqual(contentOf(path), whole);
  });

  it("is not made of what is no database of this version, or none at all", async () => {
    const path = join(folder, "other.db");
    assert.throws(() => compact(path, silent), { code: "cannot_open", message: /does not exist/ });
    writeFileSync(path, "text");
    assert.throws(() => compact(path, silent), { code: "not_a_database" });
    const old = copied();
    const db = openBare(old);
    db.exec("DELETE FROM schema_migrations WHERE version > 5");
    db.close();
    assert.throws(() => compact(old, silent), { code: "older_schema" });
  });

  it("is not made of a damaged file, which stays as it is", async () => {
    const path = copied();
    const db = openBare(path);
    db.unsafeMode(true);
    db.pragma("writable_schema = ON");
    db.exec("UPDATE sqlite_schema SET rootpage = 999999 WHERE name = 'task_records'");
    db.close();
    assert.throws(() => compact(path, silent), { code: "corrupt" });
    assert.equal(existsSync(path), true);
    assert.equal(existsSync(`${path}.compact`), false);
  });

  it("replaces what a killed one left", () => {
    const path = copied();
    for (const side of ["", "-journal"]) writeFileSync(`${path}.compact${side}`, "half");
    compact(path, silent);
    assert.deepEqual(leftOf(path), []);
    assert.deepEqual(contentOf(path), whole);
  });
});
