/**
 * How fast a database of the older program is imported: rows of tasks a second, of its log (a line as a task is sent,
 * one as it comes back) and of its records (a row a task). The control reads the same rows and writes them, as they are,
 * into one table with one unique index.
 */
import { copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { HOUR } from "../../src/contract/time/time-units.ts";
import { importedTask } from "../../src/core/legacy/imported-task.ts";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { mustHold, reportFigure } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { writeLegacyHistory } from "./legacy-history.ts";

const flags = readFlags("Imports databases of the older program.", {
  rows: { default: 1_000_000, smoke: 20_000, help: "rows of tasks in each file" },
});

/** Seconds that `body` ran. */
async function timed(body: () => Promise<void> | void): Promise<number> {
  const began = performance.now();
  await body();
  return (performance.now() - began) / 1000;
}

async function importFile(path: string): Promise<void> {
  const store = await openStore({
    path,
    now: () => Date.UTC(2026, 3, 2),
    newId: () => "bench",
    import: { taskTtl: 4 * HOUR, readTask: importedTask, print: () => {} },
  });
  await store.close();
}

/** Read and write the same rows, and nothing else. */
function copyRows(path: string, table: string): void {
  const source = new Database(path, { readonly: true });
  const target = new Database(`${path}.control`);
  target.pragma("journal_mode = OFF");
  target.pragma("synchronous = OFF");
  target.pragma("cache_size = -262144");
  target.exec("CREATE TABLE t (id, type, job, info, result, meta, msg, created, started, ended)");
  target.exec("CREATE INDEX k ON t (id, type, job, info, created)");
  target.exec("BEGIN");
  const insert = target.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const rows = source
    .prepare<[], unknown[]>(`SELECT id, type, job, info, result, meta, msg, created, started, ended FROM ${table}`)
    .raw()
    .iterate();
  for (const row of rows) insert.run(...row);
  target.exec("COMMIT");
  target.close();
  source.close();
}

async function measure(dir: string, shape: "a" | "b", rows: number): Promise<void> {
  const legacy = join(dir, `legacy-${shape}.db`);
  const path = join(dir, `tasks-${shape}.db`);
  const table = shape === "a" ? "task_log" : "task_records";
  writeLegacyHistory(legacy, shape, rows);
  copyFileSync(legacy, path);
  const seconds = await timed(() => importFile(path));
  const control = await timed(() => copyRows(legacy, table));
  const count = (from: string, what: string): number => {
    const db = connect(from, { readonly: true, cacheKib: 8192 });
    const found = db.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM ${what}`).get()?.rows ?? 0;
    db.close();
    return found;
  };
  const before = count(legacy, table);
  const records = count(path, "task_records");
  mustHold(
    "all tasks are there",
    shape === "a" ? records > before * 0.45 && records < before * 0.6 : records === before,
  );
  mustHold("nothing was refused", count(path, "dead_letters") === 0);
  reportFigure(`${table}: rows`, before, "rows");
  reportFigure(`${table}: imported in`, seconds, "s", { target: 60, ratio: seconds / control });
  reportFigure(`${table}: rows a second`, before / seconds, "/s", { ratio: control / seconds });
  reportFigure(`${table}: control: rows a second, only read and written`, before / control, "/s");
  reportFigure(`${table}: size before`, statSync(legacy).size / 2 ** 20, "MiB");
  reportFigure(`${table}: size after`, statSync(path).size / 2 ** 20, "MiB");
}

if (flags !== null) {
  await inScratch("import", async (dir) => {
    await measure(dir, "a", flags.rows);
    await measure(dir, "b", flags.rows);
  });
}
