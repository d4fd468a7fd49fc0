import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isRunning } from "../../../../src/store/sqlite/database/lock.ts";
import { migrate, readMigrations } from "../../../../src/store/sqlite/database/migrate.ts";
import { openReader, openStore } from "../../../../src/store/sqlite/open.ts";
import { StoreError, type StoreErrorCode } from "../../../../src/store/store.ts";
import { newTask, NOW } from "../../factories.ts";
import { openBare, openScratch, options, scratchFolder, until } from "../scratch.ts";

const OPENER = fileURLToPath(new URL("./open-child.ts", import.meta.url));
const folder = scratchFolder();
let count = 0;
const freshPath = (): string => join(folder, `case-${(count += 1)}`, "tasks.db");

function refused(code: StoreErrorCode, sentence: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, sentence);
    return true;
  };
}

/** A file made by another program, or by a crash. */
function makeFile(sql: string): { readonly path: string; readonly bytes: Buffer } {
  const path = freshPath();
  mkdirSync(join(path, ".."));
  const db = openBare(path);
  db.pragma("journal_mode = DELETE");
  db.exec(sql);
  db.close();
  return { path, bytes: readFileSync(path) };
}

describe("opening the database", () => {
  it("creates the file and its folders, and reads everything after reopening", async () => {
    const path = freshPath();
    const first = await openStore(options(path));
    await first.createTasks([newTask()], NOW);
    assert.equal(first.health().integrity, "clean");
    await first.close();
    const second = await openStore(options(path));
    assert.equal((await second.reads.counts()).records, 1);
    assert.deepEqual(second.health(), { ok: true, reason: null, integrity: "clean" });
    await second.close();
    assert.ok(!existsSync(`${path}-wal`));
  });

  it("sets the pragmas that make an acknowledged message durable", async () => {
    let pragmas: unknown[] = [];
    const store = await openScratch(freshPath(), {
      onConnect: (db) => {
        const names = [
          "journal_mode",
          "synchronous",
          "busy_timeout",
          "foreign_keys",
          "wal_autocheckpoint",
          "auto_vacuum",
        ];
        pragmas = names.map((name) => db.pragma(name, { simple: true }));
      },
    });
    await store.close();
    assert.deepEqual(pragmas, ["wal", 2, 0, 1, 1000, 2]);
  });

  it("lets one instance in", async () => {
    const path = freshPath();
    assert.equal(isRunning(path), false);
    const store = await openStore(options(path));
    assert.equal(isRunning(path), true);
    await assert.rejects(
      openStore(options(path)),
      refused("locked", /another Flowlord is running on it; stop that one/),
    );
    const { stdout } = await promisify(execFile)(process.execPath, [OPENER, path]);
    assert.match(stdout, /^locked: Database .*another Flowlord is running/);
    const readStore = openReader(path);
    assert.equal((await readStore.counts()).records, 0);
    readStore.close();
    await store.close();
    assert.equal(isRunning(path), false);
  });

  it("leaves a newer schema alone", async () => {
    const path = freshPath();
    const known = readMigrations().length;
    const newer = { version: known + 1, name: "newer.sql", sql: "CREATE TABLE later (id INTEGER)" };
    await (await openScratch(path, { known: [...readMigrations(), newer] })).close();
    const before = readFileSync(path);
    await assert.rejects(
      openStore(options(path)),
      refused("newer_schema", new RegExp(`schema has version ${known + 1}, this program knows ${known}`)),
    );
    assert.throws(() => openReader(path), refused("newer_schema", /written by a newer Flowlord/));
    assert.deepEqual(readFileSync(path), before);
  });

  it("does not query an older schema, and says how to migrate it", async () => {
    const path = freshPath();
    const known = readMigrations();
    mkdirSync(dirname(path));
    const db = openBare(path);
    migrate(db, known.slice(0, 1), NOW);
    db.close();
    assert.throws(
      () => openReader(path),
      refused(
        "older_schema",
        new RegExp(`has version 1, this program reads version ${known.length}; start Flowlord once`),
      ),
    );
    await (await openScratch(path)).close();
    openReader(path).close();
  });

  it("leaves other people's files alone", async () => {
    const cases: readonly [string, StoreErrorCode, RegExp][] = [
      [
        "CREATE TABLE events (id TEXT); CREATE TABLE task_log (id TEXT, type TEXT, created TIMESTAMP)",
        "older_program",
        /database of the older Flowlord that was not imported yet: start Flowlord once/,
      ],
      ["CREATE TABLE schema_version (id INTEGER, version INTEGER)", "foreign_database", /of another program/],
      ["CREATE TABLE songs (id INTEGER)", "foreign_database", /of another program/],
    ];
    for (const [sql, code, sentence] of cases) {
      const { path, bytes } = makeFile(sql);
      await assert.rejects(openStore(options(path)), refused(code, sentence));
      assert.deepEqual(readFileSync(path), bytes);
    }
    const text = freshPath();
    mkdirSync(join(text, ".."));
    writeFileSync(text, "dear diary, this is no database at all");
    await assert.rejects(
      openStore(options(text)),
      refused("not_a_database", /is not an SQLite database; give another path/),
    );
    assert.equal(isRunning(text), false);
  });

  it("says when there is nothing to read", () => {
    assert.throws(() => openReader(freshPath()), refused("cannot_open", /the file does not exist/));
  });

  it("says when the path cannot be used", async () => {
    const file = freshPath();
    mkdirSync(join(file, ".."));
    writeFileSync(file, "");
    await assert.rejects(
      openStore(options(join(file, "tasks.db"))),
      refused("cannot_open", /folder cannot be created/),
    );
    await assert.rejects(openStore(options(join(file, ".."))), refused("cannot_open", /this is a folder; name a file/));
  });

  it("says when the file cannot be written", async () => {
    const path = freshPath();
    await (await openStore(options(path))).close();
    chmodSync(folder, 0o755);
    chmodSync(join(path, ".."), 0o777);
    chmodSync(path, 0o444);
    chmodSync(`${path}.lock`, 0o666);
    // Root may write anything, so another user must try.
    const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { stdout } = await promisify(execFile)(process.execPath, [OPENER, path], somebody);
    assert.match(stdout, /^read_only: Database .*cannot be written: give this user write permission/);
  });
});

describe("after an unclean stop", () => {
  const crashed = async (path: string): Promise<void> => {
    await (await openStore(options(path))).close();
    const db = openBare(path);
    db.exec("DELETE FROM instance_state");
    db.close();
  };

  it("the file is checked in the background", async () => {
    const path = freshPath();
    await crashed(path);
    const store = await openStore(options(path));
    assert.deepEqual(store.health(), { ok: true, reason: null, integrity: "checking" });
    await until(() => store.health().integrity !== "checking");
    assert.deepEqual(store.health(), { ok: true, reason: null, integrity: "checked" });
    await store.close();
    const next = await openStore(options(path));
    assert.equal(next.health().integrity, "clean");
    await next.close();
  });

  it("a check that a stop interrupts is repeated", async () => {
    const path = freshPath();
    await crashed(path);
    await (await openStore(options(path))).close();
    const store = await openStore(options(path));
    assert.equal(store.health().integrity, "checking");
    await store.close();
  });

  it("damage shows in the health", async () => {
    const path = freshPath();
    await crashed(path);
    const db = openBare(path);
    const { rootpage } = db
      .prepare<[], { rootpage: number }>("SELECT rootpage FROM sqlite_schema WHERE name = 'alert_records'")
      .get()!;
    db.close();
    const bytes = readFileSync(path);
    bytes.fill(0xee, (rootpage - 1) * 4096, rootpage * 4096);
    writeFileSync(path, bytes);
    // No read at open may touch the damaged table: a database that does not open cannot report its health.
    const store = await openStore(options(path));
    await until(() => store.health().integrity !== "checking");
    assert.equal(store.health().integrity, "broken");
    assert.match(store.health().reason ?? "", /is damaged .*restore a backup/);
    await assert.rejects(store.createTasks([newTask()], NOW), { code: "corrupt" });
    await store.close();
  });
});
