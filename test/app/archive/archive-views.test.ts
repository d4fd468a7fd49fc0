import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ARCHIVE_KEYS } from "../../../src/app/archive/archive-views.ts";
import { queryFiles } from "../../../src/app/archive/query-files.ts";
import { storeRows } from "../../../src/app/archive/store-rows.ts";
import { openBare, openScratch, scratchFolder } from "../../store/sqlite/scratch.ts";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";
import { folder, keysIn, SIGNAL } from "./archive-rig.ts";
import { EVERY_TABLE } from "./every-table.ts";

const ONE = { table: "notes", instance: "a", day: "2026-01-31", schemaVersion: 1, programVersion: "1.0.0" };
const ID = { name: "id", type: "INTEGER" } as const;
const TEXT = { name: "text", type: "TEXT" } as const;

test("a row of an archived table is told by the primary key of the table", async () => {
  const path = join(scratchFolder(), "keys.db");
  await (await openScratch(path)).close();
  const db = openBare(path);
  const keys = EVERY_TABLE.map((table) => [
    table,
    db
      .prepare<[string], { name: string }>("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")
      .all(table)
      .map(({ name }) => name),
  ]);
  db.close();
  assert.deepEqual(Object.fromEntries(keys), ARCHIVE_KEYS);
});

test("a query sees the newest version of each row, of an older schema too, and each instance's own", async (t) => {
  const root = folder(t);
  const bucket = new LocalBucket(root);
  let now = 1000;
  const tools = { bucket, signal: SIGNAL, now: () => (now += 1000) };
  const rows = (...pairs: readonly (readonly [number, string | null])[]) =>
    pairs.map(([id, text]) => ({ id, values: text === null ? [BigInt(id)] : [BigInt(id), text] }));
  const columns = [ID, TEXT];
  await storeRows({ ...ONE, columns: [ID], rows: rows([1, null], [9, null]) }, tools);
  await storeRows({ ...ONE, columns, rows: rows([1, "old"], [2, "two"]) }, tools);
  assert.equal((await storeRows({ ...ONE, columns, rows: rows([1, "new"], [2, "two"]) }, tools)).rows, 1);
  assert.equal((await storeRows({ ...ONE, columns, rows: rows([1, "old"], [2, "two"]) }, tools)).rows, 0);
  await storeRows({ ...ONE, instance: "b", columns, rows: rows([1, "other"]) }, tools);
  const files = (await keysIn(bucket)).map((key) => ({ table: "notes", key }));
  const question = { sql: "SELECT instance, id, text FROM notes ORDER BY ALL", maxRows: 100, withinMs: 60_000 };
  const answer = await queryFiles(question, { root, files, tables: ["notes"], spill: folder(t) }, SIGNAL);
  assert.deepEqual(answer, {
    columns: ["instance", "id", "text"],
    rows: [
      ["a", 1, "new"],
      ["a", 2, "two"],
      ["a", 9, null],
      ["b", 1, "other"],
    ],
    isCut: false,
  });
});
