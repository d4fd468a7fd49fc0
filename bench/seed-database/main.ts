/**
 * Fill a database of any size with a history as Flowlord would have left it:
 * `npx node bench/seed-database/main.ts FILE --tasks 10m --days 90 --seed 1`.
 */
import { mkdir } from "node:fs/promises";
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { shown, tell } from "../support/figures.ts";
import { inScratch } from "../support/scratch.ts";
import { seedDatabase, writeWorkflows } from "./seed-database.ts";

const HELP = `seed-database [FILE]: fill a new database with a history, the same for the same seed and end; without FILE one that
is removed again, to see how fast it is

  --tasks N       task records, about; 500k, 10m (default 100k)
  --days N        how far back the history goes (default 90)
  --seed N        another number, another history (default 1)
  --until TIME    where it ends (default 2026-01-01T00:00:00Z; "now" is a time too)
  --search        index the words of each task too
  --workflows DIR write the workflow files there, for an instance that goes on with it
  --smoke         fill a small file of its own, and remove it`;

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1000, m: 1_000_000 };

function numberIn(text: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text) ?? [];
  if (digits === "") throw new Error(`a number like 250000, 500k or 10m was expected, not "${text}"`);
  return Math.round(Number(digits) * (UNITS[unit.toLowerCase()] ?? 1));
}

function timeIn(text: string): number {
  const at = text === "now" ? Date.now() : Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`a time like 2026-03-01T12:00:00Z, or now, was expected, not "${text}"`);
  return at;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tasks: { type: "string", default: "100k" },
    days: { type: "string", default: "90" },
    seed: { type: "string", default: "1" },
    until: { type: "string", default: "2026-01-01T00:00:00Z" },
    workflows: { type: "string" },
    search: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

function termBytes(path: string): number {
  const db = connect(path, { readonly: true, cacheKib: 1024 });
  const row = db.prepare<[], { bytes: number }>("SELECT sum(length(block)) AS bytes FROM task_search_data").get();
  db.close();
  return row?.bytes ?? 0;
}

async function run(path: string, tasks: number, search: boolean): Promise<void> {
  const report = await seedDatabase({
    path,
    tasks,
    days: numberIn(values.days),
    seed: numberIn(values.seed),
    until: timeIn(values.until),
    search,
    progress: (text) => console.log(text),
  });
  let sum = 0;
  for (const [table, rows] of report.rows) {
    tell(`rows of ${table}`, shown(rows));
    if (table !== "task_search") sum += rows;
  }
  tell("rows of all tables", shown(sum));
  const { filled, indexed, searched } = report;
  tell("seconds, with the indexes", shown(filled.seconds));
  tell("of these, making the indexes again", shown(indexed.seconds));
  tell("rows a second", shown(sum / filled.seconds), "100,000");
  tell("rows a second of CPU", shown(sum / filled.cpuSeconds));
  if (search) {
    const tasks = report.rows.get("task_search") ?? 0;
    tell("words: tasks a second", shown(tasks / searched.seconds));
    tell("words: tasks a second of CPU", shown(tasks / searched.cpuSeconds));
    tell("words: size in MiB", shown(termBytes(path) / 2 ** 20));
  }
  tell("size in MiB", shown(statSync(path).size / 2 ** 20));
}

const [file] = positionals;
if (values.help) console.log(HELP);
else if (values.smoke) await inScratch("seed", (dir) => run(join(dir, "seed.db"), 5000, true));
else if (file === undefined) await inScratch("seed", (dir) => run(join(dir, "seed.db"), numberIn(values.tasks), true));
else {
  if (values.workflows !== undefined) {
    await mkdir(values.workflows, { recursive: true });
    await writeWorkflows(values.workflows);
  }
  await run(file, numberIn(values.tasks), values.search);
}
