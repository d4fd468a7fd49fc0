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
import { line, LegacyDatabase, TABLES, TODAY } from "./harness.ts";

function refused(code: StoreErrorCode, sentence: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.match(error.message, sentence);
    assert.equal(error.code, code);
    return true;
  };
}

/** A file with one task. */
function withOne(): LegacyDatabase {
  return new LegacyDatabase().write(TABLES.task_log).insert("task_log", line());
}

describe("importing", () => {
  it("keeps the original file beside the new one, and does nothing the second time", async () => {
    const legacy = withOne();
    const before = legacy.bytes();
    await legacy.importTable();
    const [copy = "", ...others] = legacy.copies();
    assert.deepEqual(others, []);
    assert.match(basename(copy), /^tasks\.db\.before-import-20261124T120000Z$/);
    assert.deepEqual(readFileSync(copy), before);
    assert.deepEqual(legacy.beside(), [basename(copy)]);
    legacy.lines.length = 0;
    await legacy.importTable();
    assert.deepEqual(legacy.lines, []);
    assert.deepEqual(legacy.beside(), [basename(copy)]);
    assert.equal(legacy.rows("SELECT count(*) AS n FROM task_records")[0]?.["n"], 1);
  });

  it("can be undone by restoring the copy, and repeated", async () => {
    const legacy = await withOne().importTable();
    const [copy = ""] = legacy.copies();
    renameSync(copy, legacy.path);
    legacy.insert("task_log", line({ id: "run-2" }));
    await legacy.importTable();
    assert.equal(legacy.rows("SELECT count(*) AS n FROM task_records")[0]?.["n"], 2);
    assert.equal(legacy.copies().length, 1);
  });

  it("reads what is still in the log of the older program", async () => {
    const legacy = new LegacyDatabase().write("PRAGMA journal_mode = WAL", TABLES.task_log);
    // As a kill leaves it: the log beside the file contains all rows.
    const db = new Database(legacy.path);
    db.pragma("wal_autocheckpoint = 0");
    db.prepare("INSERT INTO task_log (id, type, created) VALUES ('run-1', 'load', '2026-11-01')").run();
    const [file, log] = [legacy.bytes(), readFileSync(`${legacy.path}-wal`)];
    assert.ok(log.length > 0);
    db.close();
    writeFileSync(legacy.path, file);
    writeFileSync(`${legacy.path}-wal`, log);
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT task_id FROM task_records"), [{ task_id: "run-1" }]);
    const copy = new Database(legacy.copies()[0] ?? "", { readonly: true });
    assert.deepEqual(copy.prepare("SELECT id FROM task_log").all(), [{ id: "run-1" }]);
    copy.close();
  });

  it("rolls back the transaction in which the older program was killed", async () => {
    const legacy = withOne();
    const db = new Database(legacy.path);
    db.pragma("cache_size = 1");
    db.pragma("cache_spill = 1");
    db.exec("BEGIN");
    const insert = db.prepare("INSERT INTO task_log (id, type, msg) VALUES (?, 'half', ?)");
    for (let row = 0; row < 500; row += 1) insert.run(`half-${row}`, "x".repeat(500));
    const [file, journal] = [legacy.bytes(), readFileSync(`${legacy.path}-journal`)];
    db.exec("ROLLBACK");
    db.close();
    writeFileSync(legacy.path, file);
    writeFileSync(`${legacy.path}-journal`, journal);
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT type FROM task_records"), [{ type: "load" }]);
  });

  it("leaves a symbolic link pointing at the database", async () => {
    const legacy = withOne();
    const real = join(dirname(legacy.path), "elsewhere.db");
    renameSync(legacy.path, real);
    symlinkSync(real, legacy.path);
    await legacy.importTable();
    assert.ok(lstatSync(legacy.path).isSymbolicLink());
    assert.equal(legacy.rows("SELECT count(*) AS n FROM task_records")[0]?.["n"], 1);
    assert.ok(existsSync(`${real}.before-import-20261124T120000Z`));
  });

  it("does not wait: a file that another program has open stays unchanged", async () => {
    for (const mode of ["DELETE", "WAL"]) {
      const legacy = new LegacyDatabase()
        .write(`PRAGMA journal_mode = ${mode}`, TABLES.task_log)
        .insert("task_log", line());
      const db = new Database(legacy.path);
      db.exec("BEGIN IMMEDIATE");
      await assert.rejects(legacy.open(), refused("busy", /another program has it open, perhaps the older Flowlord/));
      db.exec("COMMIT");
      // In WAL mode a connection that does nothing shows too.
      if (mode === "WAL") await assert.rejects(legacy.open(), refused("busy", /stop that one/));
      db.close();
      assert.deepEqual(legacy.copies(), []);
      await legacy.importTable();
    }
  });

  it("stops on request, with the file unchanged", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_log);
    legacy.insert("task_log", ...Array.from({ length: 2500 }, (_, n) => line({ id: `run-${n}` })));
    const before = legacy.bytes();
    const stop = new AbortController();
    const onStep = (step: string): void => {
      if (step === "turn") stop.abort();
    };
    await assert.rejects(
      legacy.open({ signal: stop.signal, onStep }),
      refused("interrupted", /the next start begins again/),
    );
    assert.deepEqual(legacy.bytes(), before);
    assert.deepEqual(legacy.beside(), []);
    await legacy.importTable();
  });

  it("reports a full disk, with the file unchanged", async () => {
    const legacy = withOne();
    const before = legacy.bytes();
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const onStep = (step: string): void => {
      if (step === "built") throw full;
    };
    await assert.rejects(legacy.open({ onStep }), refused("disk_full", /free some space and start again/));
    assert.deepEqual(legacy.bytes(), before);
    assert.deepEqual(legacy.beside(), []);
  });

  it("copies the file where it cannot be linked, and reuses a complete copy", async () => {
    const legacy = withOne();
    const noLinks = (): never => {
      throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
    };
    writeFileSync(`${legacy.path}.before-import-1.partial`, "half a copy");
    const backup = await backupOriginal(legacy.path, TODAY, noLinks);
    assert.ok(backup.isNew);
    assert.notEqual(statSync(backup.path).ino, statSync(legacy.path).ino);
    assert.deepEqual(readFileSync(backup.path), legacy.bytes());
    assert.deepEqual(await backupOriginal(legacy.path, TODAY + 5000, noLinks), { path: backup.path, isNew: false });
    legacy.insert("task_log", line({ id: "run-2" }));
    const later = await backupOriginal(legacy.path, TODAY, noLinks);
    assert.deepEqual(later, { path: `${backup.path}-2`, isNew: true });
    assert.equal(legacy.copies().length, 2);
  });

  it("reuses the link of an earlier start", async () => {
    const legacy = withOne();
    const name = `${legacy.path}.before-import-20200101T000000Z`;
    linkSync(legacy.path, name);
    await legacy.importTable();
    assert.deepEqual(legacy.copies(), [name]);
  });

  it("happens only when Flowlord starts; other commands say so", async () => {
    const legacy = withOne();
    const before = legacy.bytes();
    const start = refused("older_program", /was not imported yet: start Flowlord once \(`flowlord serve`\)/);
    assert.throws(() => openReader(legacy.path), start);
    await assert.rejects(openStore({ path: legacy.path, now: () => TODAY, newId: () => "x" }), start);
    assert.deepEqual(legacy.bytes(), before);
  });
});
