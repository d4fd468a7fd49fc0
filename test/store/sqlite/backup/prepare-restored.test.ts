import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { StoredFacts } from "../../../../src/store/backup/backup-store.ts";
import { compareHistories } from "../../../../src/core/backup/compare-histories.ts";
import { prepareRestored, type RestoredFrom } from "../../../../src/store/sqlite/backup/prepare-restored.ts";
import { describeSnapshot, newestSchema, takeSnapshot } from "../../../../src/store/sqlite/backup/snapshot.ts";
import { migrate, readMigrations } from "../../../../src/store/sqlite/database/migrate.ts";
import { NOW } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

const folder = scratchFolder();
const [FIRST, SECOND, THIRD] = ["first", "second", "third"];
const TARGET = "gs://backups/flowlord";

const FACTS: StoredFacts = {
  changes: 0,
  target: TARGET,
  object: "snapshots/first.db.zst",
  object_version: "7",
  schema_version: 35,
  database_bytes: 4096,
  object_bytes: 100,
  database_sha256: "aa",
  object_sha256: "bb",
  encrypted: 0,
  table_rows: '{"decisions":0}',
  verified_at: NOW + 5,
};

const from = (over: Partial<RestoredFrom> = {}): RestoredFrom => ({
  restore: {
    id: "restore-1",
    backup_id: FIRST,
    data_at: NOW,
    restored_at: NOW + 1000,
    reason: "hand",
    kept_aside: "/var/lib/tasks.db.replaced",
    state: "held",
  },
  backup: FACTS,
  passedOver: [SECOND, THIRD].map((id, index) => ({
    id,
    started_at: NOW + 1 + index,
    changes: 3,
    target: TARGET,
    object: `snapshots/${id}.db.zst`,
  })),
  by: "ann",
  ...over,
});

/** A database with three backups, and the snapshot of each. */
async function snapshots(name: string): Promise<Record<string, string>> {
  const store = await openScratch(join(folder, `${name}.db`));
  const files: Record<string, string> = {};
  for (const [index, id] of [FIRST, SECOND, THIRD].entries()) {
    await store.backups.begin({ id, reason: "hand", target: TARGET }, NOW + index);
    files[id] = join(folder, `${name}-${id}.db`);
    await takeSnapshot(join(folder, `${name}.db`), files[id]);
  }
  await store.close();
  return files;
}

describe("a restored file", () => {
  it("knows that it was restored, and that its backup is verified", async () => {
    const { first = "" } = await snapshots("row");
    prepareRestored(first, from());
    const db = openBare(first);
    const columns = "id, backup_id, data_at, restored_at, reason, kept_aside, state, alerted_at, held_at";
    const row = { ...from().restore, alerted_at: null, held_at: null };
    assert.deepEqual(db.prepare(`SELECT ${columns} FROM restores`).all(), [row]);
    assert.deepEqual(db.prepare("SELECT at, who, via, act, target FROM audit_log").all(), [
      { at: NOW + 1000, who: "ann", via: "command", act: "restore", target: FIRST },
    ]);
    const rows = db
      .prepare("SELECT id, state, reason, started_at, object FROM backup_metadata ORDER BY started_at")
      .all();
    db.close();
    assert.deepEqual(rows, [
      { id: FIRST, state: "verified", reason: "hand", started_at: NOW, object: FACTS.object },
      { id: SECOND, state: "set_aside", reason: "restore", started_at: NOW + 1, object: "snapshots/second.db.zst" },
      { id: THIRD, state: "set_aside", reason: "restore", started_at: NOW + 2, object: "snapshots/third.db.zst" },
    ]);
  });

  it("is current, compared with the newest backup, which it gave up; before it was older or diverged", async () => {
    const { first = "", third = "" } = await snapshots("current");
    const newest = describeSnapshot(third).history;
    assert.equal(compareHistories(describeSnapshot(first).history, newest), "older");
    prepareRestored(first, from());
    assert.equal(compareHistories(describeSnapshot(first).history, newest), "current");
  });

  it("is one whole file, which the store opens without losing what was written into it", async () => {
    const { first = "" } = await snapshots("whole");
    prepareRestored(first, from());
    assert.deepEqual([existsSync(`${first}-wal`), existsSync(`${first}-shm`)], [false, false]);
    const store = await openScratch(first);
    const [row] = await store.reads.backups.list({ limit: 1, before: null, state: "verified" });
    assert.equal(row?.id, FIRST);
    await store.close();
  });

  it("of an earlier schema is brought up to date", () => {
    const path = join(folder, "earlier.db");
    const db = openBare(path);
    migrate(db, readMigrations().slice(0, 35), NOW);
    db.prepare(
      "INSERT INTO backup_metadata (id, reason, state, started_at, changes, target) VALUES (?, 'hand', 'running', 1, 0, '')",
    ).run(FIRST);
    db.close();
    prepareRestored(path, from());
    assert.equal(describeSnapshot(path).schemaVersion, newestSchema());
  });

  it("that does not know its backup is refused, and stays as it is", async () => {
    const { second = "" } = await snapshots("refused");
    const other = from({ restore: { ...from().restore, backup_id: "another" } });
    assert.throws(() => prepareRestored(second, other), {
      code: "corrupt",
      message: /does not know the backup another that it comes from/,
    });
    assert.equal(describeSnapshot(second).rows["restores"], 0);
  });

  it("of a plain copy has no backup", async () => {
    const { third = "" } = await snapshots("plain");
    const restore = { ...from().restore, backup_id: null, kept_aside: null, state: "none" } as const;
    prepareRestored(third, from({ restore, backup: null, passedOver: [], by: null }));
    const db = openBare(third);
    assert.deepEqual(db.prepare("SELECT who FROM audit_log").all(), [], "nobody did");
    assert.deepEqual(db.prepare("SELECT backup_id, kept_aside, state FROM restores").all(), [
      { backup_id: null, kept_aside: null, state: "none" },
    ]);
    db.close();
  });
});
