/**
 * Fill a database of any size with a history as Flowlord would have left it:
 * `npx node bench/seed-database/main.ts FILE --tasks 10m --days 90 --seed 1`.
 */
import { mkdir } from "node:fs/promises";
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { printNote, reportFigure } from "../support/figures.ts";
import { inScratch } from "../support/scratch.ts";
import { seedDatabase, writeWorkflows } from "./seed-database.ts";

const HELP = `seed-database [FILE]: fill a new database with a history, the same for the same seed and end; without FILE one that
is removed again, to see how fast it is

  --tasks N       task records, about; 500k, 10m (default 100k)
  --days N        how far back the history goes (default 90)
  --seed N        another number, another history (default 1)
  --until TIME    where it ends (default 2026-01-01T00:00:00Z; "now" is a time too)
  --search        index the tasks for search too
  --workflows DIR write the workflow files there, for an instance that goes on with it
  --smoke         fill a small temporary file
  --json          print the figures as JSON, one object a line, and nothing else on standard output`;

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
    // Read by figures.ts.
    json: { type: "boolean", default: false },
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
    progress: printNote,
  });
  let sum = 0;
  for (const [table, rows] of report.rows) {
    reportFigure(`rows of ${table}`, rows, "rows");
    if (table !== "task_search") sum += rows;
  }
  reportFigure("rows of all tables", sum, "rows");
  const { filled, indexed, searched } = report;
  reportFigure("time, with the indexes", filled.seconds, "s");
  reportFigure("of it, creating the indexes again", indexed.seconds, "s");
  reportFigure("rows a second", sum / filled.seconds, "/s", { target: 100_000 });
  reportFigure("rows a second of CPU", sum / filled.cpuSeconds, "/s");
  if (search) {
    const tasks = report.rows.get("task_search") ?? 0;
    reportFigure("search index: tasks a second", tasks / searched.seconds, "/s");
    reportFigure("search index: tasks a second of CPU", tasks / searched.cpuSeconds, "/s");
    reportFigure("search index: size", termBytes(path) / 2 ** 20, "MiB");
  }
  reportFigure("size", statSync(path).size / 2 ** 20, "MiB");
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
