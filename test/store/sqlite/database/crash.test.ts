import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readMigrations, schemaVersion } from "../../../../src/store/sqlite/database/migrate.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

const CHILD = fileURLToPath(new URL("./crash-child.ts", import.meta.url));
const folder = scratchFolder();

/** Start a process on the file and kill it `delay` ms after it reports its start. */
async function killWhile(task: "write" | "migrate", path: string, delay: number): Promise<void> {
  const child = spawn(process.execPath, [CHILD, task, path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await setTimeout(delay);
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("a process that is killed", () => {
  it("while it writes leaves each group complete or absent", async () => {
    const path = join(folder, "write.db");
    for (const delay of [3, 20, 45]) {
      await killWhile("write", path, delay);
      const store = await openScratch(path);
      await store.close();
      const db = openBare(path);
      const count = (sql: string) => db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${sql}`).get()?.n;
      const finished = count("task_records WHERE state = 'finished'") ?? 0;
      assert.equal(count("task_records WHERE origin = 'child'"), 2 * finished);
      assert.equal(count("task_relationships"), 2 * finished);
      assert.equal(count("decisions WHERE code = 'child_started'"), 2 * finished);
      assert.equal(count("outbox WHERE owner IS NOT NULL"), 0);
      const total = db
        .prepare<[], { total: number; complete: number }>(
          "SELECT ifnull(sum(total), 0) AS total, ifnull(sum(complete), 0) AS complete FROM task_counts_hourly",
        )
        .get();
      assert.deepEqual(total, { total: count("task_records"), complete: finished });
      assert.equal(finished % 10, 0);
      const indexed = "task_records WHERE id <= (SELECT record_id FROM search_progress)";
      assert.equal(count("task_search_docsize"), count(indexed));
      assert.deepEqual(db.pragma("integrity_check", { simple: true }), "ok");
      db.close();
    }
  });

  it("while it migrates leaves the old schema or the new one", async () => {
    for (const delay of [0, 30, 90]) {
      const path = join(folder, `migrate-${delay}.db`);
      await (await openScratch(path)).close();
      await killWhile("migrate", path, delay);
      const db = openBare(path);
      const isNew = schemaVersion(db) > readMigrations().length;
      const tables = db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('later', 'later_still')").all();
      assert.equal(tables.length, isNew ? 2 : 0);
      assert.equal(db.pragma("integrity_check", { simple: true }), "ok");
      db.close();
    }
  });
});
