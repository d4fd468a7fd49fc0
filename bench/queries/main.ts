/**
 * How long every query takes while workers report results, on a database with a long history: p50 and p99, with a cold and
 * a warm page cache, beside bare lookups of a row. And how long the commits of those results take, with and without queries.
 */
import { mkdir } from "node:fs/promises";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { seedDatabase, writeWorkflows } from "../seed-database/seed-database.ts";
import { openEmbedded } from "../support/embedded.ts";
import { mustHold, printNote, quantile, reportFigure, reportTable, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { drawArguments } from "./arguments.ts";
import { Load, type Lap } from "./load.ts";
import { queryAll, forget, type Times } from "./measure.ts";
import { allQueries, type Query } from "./query-list.ts";

const COMMIT_TARGET = 60;
const DELAY_TARGET = 25;
const MAX_RATE_SHARE = 0.9;

interface MeasureOptions {
  readonly rate: number;
  readonly rounds: number;
  readonly "cold-rounds": number;
  readonly seconds: number;
}

async function measure(
  database: string,
  workflows: string,
  names: readonly string[],
  options: MeasureOptions,
): Promise<void> {
  const cold = drawArguments(database, options["cold-rounds"], 3);
  const warm = drawArguments(database, options.rounds, 4);
  const embedded = await openEmbedded(database, workflows, { readsInThread: true });
  const bare = connect(database, { readonly: true, cacheKib: 8 * 1024 });
  const lookup = bare.prepare("SELECT * FROM task_records WHERE id = ?");
  const now = Math.max(...warm.map(({ task }) => task.decided_at));
  const control: Query = {
    name: "control: a bare lookup of a task",
    target: Number.NaN,
    run: async ({ task }) => lookup.get(task.id),
  };
  const all = allQueries({ reads: embedded.store.reads, graph: embedded.graph, now });
  const chosen = all.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
  const nothing: Query = {
    name: "control: a query that finds nothing",
    target: Number.NaN,
    run: () => embedded.store.reads.taskHistory("0"),
  };
  const reads = [control, nothing, ...chosen];
  const load = new Load(embedded, options.rate);
  await load.start();
  // The first query starts the thread.
  await embedded.store.reads.counts();
  await pause(1000);
  load.lap();
  await pause(options.seconds * 1000);
  const alone = load.lap();
  const isForgotten = forget(database);
  const coldTimes = await queryAll(reads, cold);
  const first = load.lap();
  const warmTimes = await queryAll(reads, warm);
  const second = load.lap();
  await load.stop();
  const { records, bytes } = await embedded.store.reads.counts();
  bare.close();
  await embedded.close();

  reportFigure("tasks in the database", records, "tasks");
  reportFigure("its size", bytes / 2 ** 20, "MiB");
  reportFigure("cold", cold.length, "rounds");
  reportFigure("warm", warm.length, "rounds");
  if (!isForgotten) printNote("dd cannot drop the file from the page cache here: cold figures are warm ones.");
  printNote("");
  printTimes(reads, coldTimes, warmTimes);
  printNote("");
  printLap("no queries", alone, options.rate);
  printLap("cold queries", first, options.rate);
  printLap("warm queries", second, options.rate);
}

type TimesByName = ReadonlyMap<string, Times>;

/** `waited`: by CPU time the query meets its target; other programs on the machine made it late. */
function printTimes(reads: readonly Query[], cold: TimesByName, warm: TimesByName): void {
  const heads = ["cold p50", "p99", "warm p50", "p99", "CPU p50", "p99", "target"];
  const lines = [`${"milliseconds".padEnd(36)} ${heads.map(cell).join("")}`];
  const rows: { readonly name: string; readonly target: number; readonly values: readonly number[] }[] = [];
  const none: Times = { wall: [], cpu: [] };
  const missed = new Map<string, string[]>();
  for (const { name, target } of reads) {
    const [before, after] = [cold.get(name) ?? none, warm.get(name) ?? none];
    mustHold(`${name} ran`, after.wall.length > 0);
    const halves = [before.wall, after.wall, after.cpu].flatMap((of) => [quantile(of, 0.5), quantile(of, 0.99)]);
    const cpu = Math.max(quantile(before.cpu, 0.99), quantile(after.cpu, 0.99));
    const wall = Math.max(quantile(before.wall, 0.99), quantile(after.wall, 0.99));
    const verdict = wall <= target ? "met" : cpu <= target ? "waited" : "MISSED";
    const end = Number.isNaN(target) ? [] : [String(target), verdict];
    if (end.length > 0) missed.set(verdict, [...(missed.get(verdict) ?? []), name]);
    lines.push(`${name.padEnd(36)} ${[...halves.map(shown), ...end].map(cell).join("")}`);
    rows.push({ name, target, values: halves });
  }
  reportTable(lines, () => rows.forEach(reportTimes));
  for (const verdict of ["met", "waited", "MISSED"]) {
    const names = missed.get(verdict) ?? [];
    reportFigure(`queries: ${verdict}`, names.length, "queries");
    if (verdict === "MISSED" && names.length > 0) printNote(`  ${names.join("; ")}`);
  }
}

const TIME_NAMES = ["cold p50", "cold p99", "warm p50", "warm p99", "CPU p50", "CPU p99"];

/** The target is one of p99 alone. */
function reportTimes(row: {
  readonly name: string;
  readonly target: number;
  readonly values: readonly number[];
}): void {
  for (const [index, time] of TIME_NAMES.entries()) {
    const hasTarget = !Number.isNaN(row.target) && time.endsWith("p99");
    const value = row.values[index] ?? Number.NaN;
    reportFigure(`${row.name}: ${time}`, value, "ms", hasTarget ? { target: row.target } : {});
  }
}

function cell(text: string): string {
  return text.padStart(9);
}

function printLap(name: string, { results, seconds, commits, delayP99 }: Lap, rate: number): void {
  const reached = results / seconds;
  reportFigure(`${name}: results recorded a second`, reached, "/s", { target: rate });
  if (reached < rate * MAX_RATE_SHARE) printNote(`  the machine did not keep up with ${rate} a second`);
  reportFigure(`${name}: result to commit, p50`, quantile(commits, 0.5), "ms");
  reportFigure(`${name}: result to commit, p99`, quantile(commits, 0.99), "ms", { target: COMMIT_TARGET });
  reportFigure(`${name}: event-loop delay, p99`, delayP99, "ms", { target: DELAY_TARGET });
  mustHold("results were recorded", results > 0 || rate === 0);
}

const flags = readFlags(
  `bench queries [DATABASE [NAME…]]: queries on a long history while workers report. Without a database that
bench/seed-database filled, one is filled. With names, only the queries run whose name contains one of them.`,
  {
    tasks: { default: 1_000_000, smoke: 5000, help: "tasks of the history, when it is filled here" },
    days: { default: 90, smoke: 5, help: "how far back it goes" },
    rate: { default: 1000, smoke: 200, help: "results a second; 0 = none" },
    rounds: { default: 200, smoke: 3, help: "times that each query runs" },
    "cold-rounds": { default: 30, smoke: 2, help: "times that it runs before, with a cold page cache" },
    seconds: { default: 10, smoke: 1, help: "seconds of results without queries" },
  },
);
if (flags !== null) {
  await inScratch("queries", async (dir) => {
    const [database, ...names] = flags.files;
    const workflows = join(dir, "workflows");
    await mkdir(workflows);
    await writeWorkflows(workflows);
    const path = database ?? join(dir, "history.db");
    if (database === undefined) {
      const { tasks, days } = flags;
      const { filled } = await seedDatabase({ path, tasks, days, seed: 1, until: Date.now(), search: true });
      reportFigure("filled in", filled.seconds, "s");
    }
    mustHold("the database is a file", statSync(path).isFile());
    await measure(path, workflows, names, flags);
  });
}
