import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Expected } from "../../../../src/app/backup/fetch-backup.ts";
import { fetchBackup } from "../../../../src/app/backup/fetch-backup.ts";
import { pack } from "../../../../src/app/backup/snapshot-stream.ts";
import { snapshotKey } from "../../../../src/core/backup/backup-key.ts";
import { LocalBucket } from "../../../../src/objects/buckets/local-bucket.ts";
import { damageOf, describeContent } from "../../../../src/store/sqlite/backup/snapshot.ts";
import { readMigrations } from "../../../../src/store/sqlite/database/migrate.ts";
import { openScratch, scratchFolder } from "../scratch.ts";
import { contentOf, writeOldDatabase } from "./old-database.ts";

const folder = scratchFolder();
const NEWEST = readMigrations().length;
const VERSIONS = Array.from({ length: NEWEST }, (_, index) => index + 1);

/** Tables that later versions have under another name. */
const REPLACED: Readonly<Record<string, string>> = { join_arrivals: "join_members" };
/** What each start sets anew: who publishes a message, what became of a backup that was being made. */
const SET_AT_START = new Set([
  "outbox.owner",
  "backup_metadata.state",
  "backup_metadata.ended_at",
  "backup_metadata.failure",
]);

type Content = ReturnType<typeof contentOf>;

/** Each row of before is there, with its values in the columns that are there still. */
function keeps(after: Content, before: Content): void {
  for (const [table, rows] of before) {
    const found = after.get(REPLACED[table] ?? table) ?? [];
    if (table === "instance_state") {
      for (const row of rows)
        assert.ok(found.some((each) => each["key"] === row["key"] && each["value"] === row["value"]));
      continue;
    }
    assert.equal(found.length, rows.length, table);
    if (table in REPLACED) continue;
    for (const [index, row] of rows.entries())
      for (const [column, value] of Object.entries(row))
        if (column in (found[index] ?? {}) && !SET_AT_START.has(`${table}.${column}`))
          assert.deepEqual(found[index]?.[column], value, `${table}.${column}`);
  }
}

/** Stores a database as a backup, and returns what its manifest would say. */
async function store(bucket: LocalBucket, path: string, version: number): Promise<Expected> {
  const key = snapshotKey({ at: version * 1000, id: "0198a1b2-c3d4-7e5f-8a9b-0123456789ab" }, false);
  const packed = await pack(
    path,
    null,
    (content) => bucket.create(key, content),
    () => undefined,
  );
  return {
    object: { key, version: packed.stored.version, ...packed.object, compression: "zstd", encryption: "none" },
    database: packed.database,
    rows: describeContent(path).rows,
    schema_version: version,
  };
}

describe("a database of each schema so far", () => {
  for (const version of VERSIONS)
    test(`${version}: is opened with all of its rows, and a copy of it is kept`, async () => {
      const path = join(folder, `${version}.db`);
      writeOldDatabase(path, version);
      const before = contentOf(path);
      assert.ok(before.size >= 19);
      await (await openScratch(path)).close();
      keeps(contentOf(path), before);
      assert.deepEqual(damageOf(path), []);
      assert.equal(describeContent(path).schemaVersion, NEWEST);

      const copies = readdirSync(folder).filter((name) => name.startsWith(`${version}.db.before-migration-`));
      assert.equal(copies.length, version === NEWEST ? 0 : 1);
      for (const name of copies) {
        assert.match(name, new RegExp(`-\\d{8}T\\d{6}Z-schema-${version}$`));
        assert.deepEqual(contentOf(join(folder, name)), before);
      }
    });

  for (const version of VERSIONS)
    test(`${version}: a backup of it is restored, and opened then`, async () => {
      const [path, restored] = [join(folder, `backed-up-${version}.db`), join(folder, `restored-${version}.db`)];
      writeOldDatabase(path, version);
      const bucket = new LocalBucket(join(folder, `bucket-${version}`));
      const expected = await store(bucket, path, version);
      const signal = new AbortController().signal;
      await fetchBackup(bucket, expected, restored, { key: null, signal, onBytes: () => undefined });
      assert.equal(statSync(restored).size, expected.database.bytes);
      await (await openScratch(restored)).close();
      keeps(contentOf(restored), contentOf(path));
      assert.deepEqual(damageOf(restored), []);
    });
});
