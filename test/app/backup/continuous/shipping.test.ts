import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { generateIdentity } from "age-encryption";
import { connect } from "../../../../src/store/sqlite/database/connection.ts";
import { damageOf } from "../../../../src/store/sqlite/backup/snapshot.ts";
import { randomFrom, SEED } from "../../../support/seed.ts";
import { type Ships, ships } from "./rig.ts";

const PAGE = 4096;

/** What changes, grows and shrinks a database at random. */
function change({ db }: Ships, random: () => number, times: number): void {
  db.exec("CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, body BLOB, n INTEGER)");
  db.exec("CREATE INDEX IF NOT EXISTS things_n ON things (n)");
  for (let each = 0; each < times; each += 1) {
    const [kind, n] = [random(), Math.floor(random() * 1000)];
    if (kind < 0.6) db.prepare("INSERT INTO things (body, n) VALUES (randomblob(?), ?)").run(n * 5, n);
    else if (kind < 0.75) db.prepare("UPDATE things SET n = ? WHERE n BETWEEN ? AND ?").run(n, n, n + 20);
    else if (kind < 0.95) db.prepare("DELETE FROM things WHERE n BETWEEN ? AND ?").run(n, n + 60);
    else db.pragma(`incremental_vacuum(${n})`);
  }
}

/** Pages that are not the same, without the unused ones; of the first page what follows the counters in its header. */
function differing(a: string, b: string): readonly number[] {
  const [one, other] = [readFileSync(a), readFileSync(b)];
  assert.equal(one.length, other.length);
  const free = freePages(one);
  const found: number[] = [];
  for (let page = 1; page * PAGE <= one.length; page += 1) {
    if (free.has(page)) continue;
    const [from, to] = [page === 1 ? 100 : (page - 1) * PAGE, page * PAGE];
    if (!one.subarray(from, to).equals(other.subarray(from, to))) found.push(page);
  }
  return found;
}

/** Leaves of the list of free pages: SQLite does not write what is in them. */
function freePages(file: Buffer): ReadonlySet<number> {
  const free = new Set<number>();
  for (let trunk = file.readUInt32BE(32); trunk !== 0;) {
    const at = (trunk - 1) * PAGE;
    const count = file.readUInt32BE(at + 4);
    for (let leaf = 0; leaf < count; leaf += 1) free.add(file.readUInt32BE(at + 8 + leaf * 4));
    trunk = file.readUInt32BE(at);
  }
  return free;
}

function dump(path: string): unknown {
  const db = connect(path, { readonly: true, cacheKib: 1000 });
  try {
    return db.prepare("SELECT id, hex(body) AS body, n FROM things ORDER BY id").all();
  } finally {
    db.close();
  }
}

describe("what changes between backups", () => {
  for (const isEncrypted of [false, true]) {
    test(`is the same pages, byte for byte${isEncrypted ? ", encrypted" : ""}`, async (t) => {
      const rig = await ships(t, isEncrypted ? { key: await generateIdentity() } : {});
      const random = randomFrom(SEED);
      change(rig, random, 200);
      const manifest = await rig.backup();
      let emptied = 0;
      for (let turn = 0; turn < 30; turn += 1) {
        const before = statSync(`${rig.path}-wal`).size;
        change(rig, random, 40);
        await rig.turn();
        if (statSync(`${rig.path}-wal`).size < before) emptied += 1;
      }
      assert.ok(emptied > 2, `the log was emptied ${emptied} times`);
      await rig.stored();
      const to = join(rig.folder, "restored.db");
      const { segments } = await rig.restore(manifest, null, to);
      assert.ok(segments >= 30);
      assert.deepEqual(dump(to), things(rig));
      assert.deepEqual(damageOf(to), []);
      await rig.stop();
      const last = join(rig.folder, "last.db");
      await rig.restore(manifest, null, last);
      assert.deepEqual(differing(rig.path, last), []);
    });
  }

  test("goes on after a clean stop and after a kill, without a new backup", async (t) => {
    const rig = await ships(t);
    const random = randomFrom(SEED);
    change(rig, random, 50);
    const manifest = await rig.backup();
    for (let turn = 0; turn < 12; turn += 1) {
      change(rig, random, 60);
      if (turn % 3 === 0) await rig.turn();
      // What no turn has read yet is read by the next process.
      if (turn % 2 === 0) await rig.kill();
      else await rig.stop();
      await rig.start();
      await rig.turn();
    }
    await rig.stored();
    assert.deepEqual(
      rig.events.map(({ kind }) => kind),
      ["begun", ...Array.from({ length: 12 }, () => "resumed")],
    );
    const to = join(rig.folder, "restored.db");
    await rig.restore(manifest, null, to);
    assert.deepEqual(dump(to), things(rig));
    assert.deepEqual(damageOf(to), []);
  });

  test("is restored as of any moment: what was committed by then, and nothing later", async (t) => {
    const rig = await ships(t);
    const random = randomFrom(SEED);
    change(rig, random, 50);
    const manifest = await rig.backup();
    const known: { readonly at: number; readonly rows: unknown }[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      change(rig, random, 20);
      await rig.turn();
      known.push({ at: rig.now, rows: things(rig) });
    }
    await rig.stored();
    for (const [index, { at, rows }] of known.entries()) {
      const to = join(rig.folder, `at-${index}.db`);
      const restored = await rig.restore(manifest, at + 500, to);
      assert.equal(restored.at, at);
      assert.deepEqual(dump(to), rows);
    }
  });

  test("keeps what another program writes, which cannot empty the log", async (t) => {
    const rig = await ships(t);
    change(rig, randomFrom(SEED), 50);
    const manifest = await rig.backup();
    const other = connect(rig.path, { readonly: false, cacheKib: 1000, busyMs: 0 });
    for (let turn = 0; turn < 5; turn += 1) {
      other.prepare("INSERT INTO things (body, n) VALUES (zeroblob(3000000), -1)").run();
      other.pragma("wal_checkpoint(TRUNCATE)");
      other.prepare("INSERT INTO things (body, n) VALUES (randomblob(100), -2)").run();
      if (turn % 2 === 0) await rig.turn();
    }
    other.close();
    await rig.stored();
    assert.deepEqual(
      rig.events.map((event) => (event.kind === "ended" ? event.reason : event.kind)),
      ["begun"],
    );
    const to = join(rig.folder, "restored.db");
    await rig.restore(manifest, null, to);
    assert.deepEqual(dump(to), things(rig));
  });

  test("goes on while somebody reads for long, and the log begins anew behind the copy", async (t) => {
    const rig = await ships(t);
    const random = randomFrom(SEED);
    change(rig, random, 50);
    const manifest = await rig.backup();
    const reader = connect(rig.path, { readonly: true, cacheKib: 1000 });
    for (let turn = 0; turn < 12; turn += 1) {
      reader.exec("BEGIN");
      reader.prepare("SELECT count(*) FROM things").get();
      change(rig, random, 60);
      await rig.turn();
      if (turn % 3 === 1) change(rig, random, 5);
      reader.exec("COMMIT");
      if (turn % 3 === 2) change(rig, random, 5);
    }
    reader.close();
    await rig.stored();
    assert.deepEqual(
      rig.events.map(({ kind }) => kind),
      ["begun"],
    );
    const to = join(rig.folder, "restored.db");
    await rig.restore(manifest, null, to);
    assert.deepEqual(dump(to), things(rig));
  });

  test("ends, and begins anew with the next backup, when the database was written without it", async (t) => {
    const rig = await ships(t);
    change(rig, randomFrom(SEED), 50);
    const first = await rig.backup();
    await rig.stored();
    await rig.stop();
    const other = connect(rig.path, { readonly: false, cacheKib: 1000 });
    other.prepare("INSERT INTO things (body, n) VALUES (x'00', 7)").run();
    other.close();
    await rig.start();
    await rig.turn();
    assert.deepEqual(
      rig.events.map((event) => (event.kind === "ended" ? event.reason : event.kind)),
      ["begun", "the log of the database is not the one that was read"],
    );
    assert.equal(rig.shipping.status.isBased, false);
    const second = await rig.backup();
    change(rig, randomFrom(SEED), 10);
    await rig.stored();
    assert.notEqual(first.segments?.epoch, second.segments?.epoch);
    assert.ok(rig.shipping.status.isBased);
    const to = join(rig.folder, "restored.db");
    await rig.restore(second, null, to);
    assert.deepEqual(dump(to), things(rig));
  });

  test("a clock that is set back makes no segment older than the one before", async (t) => {
    const rig = await ships(t);
    change(rig, randomFrom(SEED), 50);
    const manifest = await rig.backup();
    for (const step of [5000, -86_400_000, 1000, 1000]) {
      rig.now += step;
      change(rig, randomFrom(SEED), 5);
      await rig.turn();
    }
    await rig.stored();
    const to = join(rig.folder, "restored.db");
    const { segments } = await rig.restore(manifest, null, to);
    assert.equal(segments, 4);
    assert.deepEqual(dump(to), things(rig));
  });
});

function things({ db }: Ships): unknown {
  return db.prepare("SELECT id, hex(body) AS body, n FROM things ORDER BY id").all();
}
