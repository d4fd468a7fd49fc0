import assert from "node:assert/strict";
import { it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { ArchivedValue } from "../../../src/store/retention/archived-row.ts";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import { archivingIn, folder, textsOf } from "./archive-rig.ts";
import { EVERY_TABLE, fillEveryTable, valuesOf } from "./every-table.ts";

const AT = Date.UTC(2026, 0, 31, 23, 59, 59, 123);

it("another program reads every table as it was, with its days and its times", async (t) => {
  const rig = await rigWith(t, phase("root"), { now: AT });
  const { localPath } = rig.options.sqlite;
  fillEveryTable(localPath, AT);
  const before = new Map(EVERY_TABLE.map((table) => [table, textsOf(valuesOf(localPath, table))]));
  rig.now += 1000 * 86_400_000;
  const at = folder(t);
  await archivingIn(t, rig, { at }).cleanUp();
  const instance = await DuckDBInstance.create(":memory:");
  const db = await instance.connect();
  t.after(() => {
    db.closeSync();
    instance.closeSync();
  });
  for (const [table, expected] of before) {
    const from = `read_parquet('${at}/${table}/*/*/*.parquet', hive_partitioning = false)`;
    const described = await db.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
    const columns = described.getRows().map(([name, type]) => {
      const column = `"${String(name)}"`;
      // Its library for Node drops a byte order mark where a text begins.
      if (type === "VARCHAR") return `'.' || ${column}`;
      return String(type).startsWith("TIMESTAMP") ? `epoch_ms(${column})` : column;
    });
    const found = await db.runAndReadAll(`SELECT ${columns.slice(0, -1).join(", ")} FROM ${from}`);
    const rows = found
      .getRows()
      .map((row) => row.map((value) => (typeof value === "string" ? value.slice(1) : value) as ArchivedValue));
    assert.deepEqual(textsOf(rows), expected, table);
  }
  const answer = await db.runAndReadAll(
    `SELECT strftime(decided_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%g') AS decided, strftime(task_time, '%H:%M') AS about,
       strftime(archived_at AT TIME ZONE 'UTC', '%Y') AS archived, CAST(day AS VARCHAR) AS day, instance
     FROM read_parquet('${at}/task_records/*/*/*.parquet', hive_partitioning = true) LIMIT 1`,
  );
  assert.deepEqual(answer.getRowObjects(), [
    { decided: "2026-01-31T23:59:59.123", about: "23:59", archived: "2028", day: "2026-01-31", instance: "id-000001" },
  ]);
});
