import assert from "node:assert/strict";
import {
  existsSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import Database from "better-sqlite3";
import { backupOriginal } from "../../../../src/store/sqlite/legacy/backup-original.ts";
import { openReader, openStore } from "../../../../src/store/sqlite/open.ts";
import { StoreError, type StoreErrorCode } from "../../../../src/store/store.ts";
import { line, Older, TABLES, TODAY } from "./harness.ts";

function refused(code: StoreErrorCode, sentence: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.match(error.message, sentence);
    assert.equal(error.code, code);
    return true;
  };
}

/** A file with one task. */
function withOne(): Older {
  return new Older().write(TABLES.task_log).insert("task_log", line());
}

describe("taking over", () => {
  it("keeps the file as it was beside, and does nothing the second time", async () => {
    const older = withOne();
    const before = older.bytes();
    await older.importTable();
    const [copy = "", ...others] = older.copies();
    assert.deepEqual(others, []);
    assert.match(basename(copy), /^tasks\.db\.before-import-20261124T120000Z$/);
    assert.deepEqual(readFileSync(copy), before);
    assert.deepEqual(older.beside(), [basename(copy)]);
    older.lines.length = 0;
    await older.importTable();
    assert.deepEqual(older.lines, []);
    assert.deepEqual(older.beside(), [basename(copy)]);
    assert.equal(older.rows("SELECT count(*) AS n FROM task_records")[0]?.["n"], 1);
  });

  it("can be undone by putting the copy back, and done again", async () => {
    const older = await withOne().importTable();
    const [copy = ""] = older.copies();
    renameSync(copy, older.path);
    older.insert("task_log", line({ id: "run-2" }));
    await older.importTable();
    assert.equal(older.rows("SELECT count(*) AS n FROM task_records")[0]?.["n"], 2);
    assert.equal(older.copies().length, 1);
  });

  it("reads what is still in the log of the older program", async () => {
    const older = new Older().write("PRAGMA journal_mode = WAL", TABLES.task_log);
    // As a kill leaves it: the log beside the file, with all the rows in it.
    const db = new Database(older.path);
    db.pragma("wal_autocheckpoint = 0");
    db.prepare("INSERT INTO task_log (id, type, created) VALUES ('run-1', 'load', '2026-11-01')").run();
    const [file, log] = [older.bytes(), readFileSync(`${older.path}-wal`)];
    assert.ok(log.length > 0);
    db.close();
    writeFileSync(older.path, file);
    writeFileSync(`${older.path}-wal`, log);
    await older.importTable();
    assert.deepEqual(older.rows("SELECT task_id FROM task_records"), [{ task_id: "run-1" }]);
    const copy = new Database(older.copies()[0] ?? "", { readonly: true });
    assert.deepEqual(copy.prepare("SELECT id FROM task_log").all(), [{ id: "run-1" }]);
    copy.close();
  });

  it("undoes what the older program was in the middle of when it was killed", async () => {
    const older = withOne();
    const db = new Database(older.path);
    db.pragma("cache_size = 1");
    db.pragma("cache_spill = 1");
    db.exec("BEGIN");
    const insert = db.prepare("INSERT INTO task_log (id, type, msg) VALUES (?, 'half', ?)");
    for (let row = 0; row < 500; row += 1) insert.run(`half-${row}`, "x".repeat(500));
    const [file, journal] = [older.bytes(), readFileSync(`${older.path}-journal`)];
    db.exec("ROLLBACK");
    db.close();
    writeFileSync(older.path, file);
    writeFileSync(`${older.path}-journal`, journal);
    await older.importTable();
    assert.deepEqual(older.rows("SELECT type FROM task_records"), [{ type: "load" }]);
  });

  it("leaves a symbolic link pointing at the database", async () => {
    const older = withOne();
    const real = join(dirname(older.path), "elsewhere.db");
    renameSync(older.path, real);
    symlinkSync(real, older.path);
    await older.importTable();
    assert.ok(lstatSync(older.path).isSymbolicLink());
    assert.equal(older.rows("SELECT count(*) AS n FROM task_records")[0]?.["n"], 1);
    assert.ok(existsSync(`${real}.before-import-20261124T120000Z`));
  });

  it("waits for nobody: a file that another program has open stays as it was", async () => {
    for (const mode of ["DELETE", "WAL"]) {
      const older = new Older().write(`PRAGMA journal_mode = ${mode}`, TABLES.task_log).insert("task_log", line());
      const db = new Database(older.path);
      db.exec("BEGIN IMMEDIATE");
      await assert.rejects(older.open(), refused("busy", /another program has it open, perhaps the older Flowlord/));
      db.exec("COMMIT");
      // In WAL mode a connection that does nothing shows too.
      if (mode === "WAL") await assert.rejects(older.open(), refused("busy", /stop that one/));
      db.close();
      assert.deepEqual(older.copies(), []);
      await older.importTable();
    }
  });

  it("stops when it is asked to, with the file as it was", async () => {
    const older = new Older().write(TABLES.task_log);
    older.insert("task_log", ...Array.from({ length: 2500 }, (_, n) => line({ id: `run-${n}` })));
    const before = older.bytes();
    const stop = new AbortController();
    const onStep = (step: string): void => {
      if (step === "turn") stop.abort();
    };
    await assert.rejects(
      older.open({ signal: stop.signal, onStep }),
      refused("interrupted", /the next start begins again/),
    );
    assert.deepEqual(older.bytes(), before);
    assert.deepEqual(older.beside(), []);
    await older.importTable();
  });

  it("says when the disk is full, with the file as it was", async () => {
    const older = withOne();
    const before = older.bytes();
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const onStep = (step: string): void => {
      if (step === "built") throw full;
    };
    await assert.rejects(older.open({ onStep }), refused("disk_full", /free some space and start again/));
    assert.deepEqual(older.bytes(), before);
    assert.deepEqual(older.beside(), []);
  });

  it("copies the file where it cannot have a second name, and takes a whole copy again", async () => {
    const older = withOne();
    const noLinks = (): never => {
      throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
    };
    writeFileSync(`${older.path}.before-import-1.partial`, "half a copy");
    const backup = await backupOriginal(older.path, TODAY, noLinks);
    assert.ok(backup.isNew);
    assert.notEqual(statSync(backup.path).ino, statSync(older.path).ino);
    assert.deepEqual(readFileSync(backup.path), older.bytes());
    assert.deepEqual(await backupOriginal(older.path, TODAY + 5000, noLinks), { path: backup.path, isNew: false });
    older.insert("task_log", line({ id: "run-2" }));
    const later = await backupOriginal(older.path, TODAY, noLinks);
    assert.deepEqual(later, { path: `${backup.path}-2`, isNew: true });
    assert.equal(older.copies().length, 2);
  });

  it("takes the second name that an earlier start gave", async () => {
    const older = withOne();
    const name = `${older.path}.before-import-20200101T000000Z`;
    linkSync(older.path, name);
    await older.importTable();
    assert.deepEqual(older.copies(), [name]);
  });

  it("happens only when Flowlord starts: others say so", async () => {
    const older = withOne();
    const before = older.bytes();
    const start = refused("older_program", /was not taken over yet: start Flowlord once \(`flowlord serve`\)/);
    assert.throws(() => openReader(older.path), start);
    await assert.rejects(openStore({ path: older.path, now: () => TODAY, newId: () => "x" }), start);
    assert.deepEqual(older.bytes(), before);
  });
});
