import assert from "node:assert/strict";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { HOUR } from "../../../../src/contract/time/time-units.ts";
import { copyBeforeMigration } from "../../../../src/store/sqlite/database/copy-before-migration.ts";
import {
  migrate,
  readMigrations,
  schemaVersion,
  type Migration,
} from "../../../../src/store/sqlite/database/migrate.ts";
import { NOW } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";
import { contentOf, writeOldDatabase } from "./old-database.ts";

const folder = scratchFolder();
const NEWEST = readMigrations().length;

function old(name: string, version = NEWEST - 1): string {
  const path = join(folder, `${name}.db`);
  writeOldDatabase(path, version);
  return path;
}

function copiesOf(path: string): readonly string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((name) => name.startsWith(`${path}.before-migration`) && !/-(?:wal|shm)$/.test(name));
}

function versionOf(path: string): number {
  const db = openBare(path);
  try {
    return schemaVersion(db);
  } finally {
    db.close();
  }
}

const next = (version: number, sql = `CREATE TABLE later_${version} (id INTEGER PRIMARY KEY)`): Migration => ({
  version,
  name: `later_${version}.sql`,
  sql,
});

const options = { from: NEWEST - 1, to: NEWEST, now: NOW, say: () => undefined };

describe("before a migration", () => {
  test("the database is kept as it is, for those alone who may read it, and the log says where", async () => {
    const path = old("kept");
    chmodSync(path, 0o640);
    const before = contentOf(path);
    const said: string[] = [];
    await (await openScratch(path, { say: (sentence) => said.push(sentence) })).close();
    const [copy = "", ...others] = copiesOf(path);
    assert.deepEqual(others, []);
    assert.equal(copy, `${path}.before-migration-20260301T120000Z-schema-${NEWEST - 1}`);
    assert.deepEqual(said, [`The database is kept as it is, with schema ${NEWEST - 1}, as ${copy}.`]);
    assert.deepEqual(contentOf(copy), before);
    assert.equal(statSync(copy).mode & 0o777, 0o640);
    assert.equal(versionOf(path), NEWEST);
  });

  test("what is only in the log of SQLite is kept too", async () => {
    const path = old("logged");
    const db = openBare(path);
    db.exec("PRAGMA wal_autocheckpoint = 0; INSERT INTO instance_state VALUES ('in the log', 'yes')");
    const copy = await copyBeforeMigration(path, options);
    db.close();
    assert.ok(
      contentOf(copy)
        .get("instance_state")
        ?.some((row) => row["key"] === "in the log"),
    );
  });

  test("a new database, one of today's schema, and one whose owner wants none, is not copied", async () => {
    const fresh = join(folder, "fresh.db");
    await (await openScratch(fresh)).close();
    await (await openScratch(fresh)).close();
    const path = old("unwanted");
    await (await openScratch(path, { migrationCopies: 0 })).close();
    assert.deepEqual([...copiesOf(fresh), ...copiesOf(path)], []);
    assert.equal(versionOf(path), NEWEST);
  });

  test("the newest copies stay, the last one among them when the clock was set back, and nothing else is removed", async () => {
    const path = old("several");
    const other = `${path}.before-migration-by-hand`;
    writeFileSync(other, "mine");
    const known = [...readMigrations()];
    for (const [turn, now] of [NOW, NOW + HOUR, NOW - 24 * HOUR].entries()) {
      if (turn > 0) known.push(next(known.length + 1));
      await (await openScratch(path, { known, now: () => now })).close();
    }
    assert.deepEqual(copiesOf(path).toSorted(), [
      `${path}.before-migration-20260301T130000Z-schema-${NEWEST}`,
      `${path}.before-migration-20260301T130001Z-schema-${NEWEST + 1}`,
      other,
    ]);
  });

  test("a migration that fails at each start makes one copy of each schema, and removes none", async () => {
    const path = old("failing");
    const known = readMigrations();
    const failing = [...known, next(NEWEST + 1, "CREATE TABLE half (id INTEGER); SELECT no_such_column")];
    const open = (migrations: readonly Migration[], hours: number) =>
      openScratch(path, { known: migrations, migrationCopies: 1, now: () => NOW + hours * HOUR });
    for (let start = 0; start < 4; start += 1) await assert.rejects(open(failing, start));
    const of = copiesOf(path).map((name) => /\d+$/.exec(name)?.[0]);
    assert.deepEqual(of.map(Number), [NEWEST - 1, NEWEST]);
    assert.equal(versionOf(path), NEWEST);
    await (await open([...known, next(NEWEST + 1)], 9)).close();
    assert.equal(copiesOf(path).length, 1);
  });

  test("without room for the copy nothing is changed, and the sentence says what to do", async () => {
    const path = old("full");
    const before = readFileSync(path);
    await assert.rejects(copyBeforeMigration(path, { ...options, free: () => 3_000_000 }), {
      code: "disk_full",
      message: new RegExp(
        `^Database ${path}: before it is migrated from schema ${NEWEST - 1} to ${NEWEST} it is copied, which needs 1\\d MB in ${folder}, and only 3 MB are left: free some space, or go on without a copy by \`--set sqlite.migration_copies=0\`\\. The database is as it was\\.$`,
      ),
    });
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(copiesOf(path), []);
  });

  test("what a killed one left is in nobody's way, and a stop leaves nothing", async () => {
    const path = old("stopped");
    writeFileSync(`${path}.before-migration.partial`, "half");
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(copyBeforeMigration(path, { ...options, signal: stop.signal }), {
      code: "interrupted",
      message: /interrupted before it was migrated\. It is as it was; the next start begins again\.$/,
    });
    assert.deepEqual(copiesOf(path), []);
    assert.equal(versionOf(path), NEWEST - 1);
  });

  test("a copy that cannot be made is a reason not to migrate", async () => {
    const path = old("blocked");
    mkdirSync(`${path}.before-migration.partial`);
    await assert.rejects(openScratch(path), {
      code: "io",
      message:
        /could not be copied before its migration .* or go on without a copy by `--set sqlite\.migration_copies=0`/,
    });
    assert.equal(versionOf(path), NEWEST - 1);
    await (await openScratch(path, { migrationCopies: 0 })).close();
    assert.equal(versionOf(path), NEWEST);
  });

  test("a database that is damaged is not migrated", async () => {
    const path = old("damaged");
    const file = openSync(path, "r+");
    for (let page = 40; page < 60; page += 1) writeSync(file, Buffer.alloc(2000, 7), 0, 2000, page * 4096);
    closeSync(file);
    await assert.rejects(openScratch(path), { code: "corrupt", message: /It was not migrated\.$/ });
    assert.deepEqual(copiesOf(path), []);
  });

  test("a large one is checked by another process, which a stop ends, and it says how far it is", async () => {
    const path = join(folder, "large.db");
    const db = openBare(path);
    migrate(db, readMigrations().slice(0, -1), NOW);
    db.exec(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80) INSERT INTO instance_state SELECT i, hex(zeroblob(450000)) FROM n",
    );
    db.close();
    const copy = await copyBeforeMigration(path, options);
    assert.deepEqual(contentOf(copy), contentOf(path));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150);
    await copyBeforeMigration(path, { ...options, signal: stop.signal }).then(
      (same) => assert.equal(same, copy, "it was quicker than the stop"),
      (error: { code?: string }) => assert.equal(error.code, "interrupted"),
    );
    assert.deepEqual(copiesOf(path), [copy]);
  });
});
