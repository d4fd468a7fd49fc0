/**
 * A backfill of a million slots on an instance with no-op workers, while live tasks go on beside it: peak memory, slots a second,
 * and how long the results of live tasks wait for their commit. The control is the same live tasks before it begins.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { HOUR } from "../../src/contract/time/time-units.ts";
import { createBackfillRequest } from "../../src/contract/api/workflows/backfill-api.ts";
import { BackfillRunner } from "../../src/engine/backfill/advance-backfills.ts";
import { backfillControl } from "../../src/engine/backfill/backfill-control.ts";
import { Loop } from "../../src/services/loop.ts";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { launch } from "../../src/worker/launch.ts";
import { openEmbedded, type Embedded } from "../support/embedded.ts";
import { mustHold, printNote, quantile, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { onProblem, searchLoop } from "../support/search-loop.ts";
import { startWatch } from "../support/stopwatch.ts";
import { LiveTasks } from "../support/live-tasks.ts";

const ROWS = 100;
const FROM = Date.UTC(2010, 0, 1);
/** Every so many of its turns a backfill makes a task while live ones of its type wait: the default of `backfill_turn`. */
const TURN = 10;

interface Sizes {
  readonly count: number;
  readonly active: number;
  readonly rate: number;
  readonly alone: number;
  readonly seconds: number;
}

async function writeWorkflow(dir: string): Promise<string> {
  const path = join(dir, "workflows");
  await mkdir(path, { recursive: true });
  const regions = Array.from({ length: ROWS }, (_, row) => `r${row}`).join(",");
  const fill = `[[phase]]\ntask = "fill"\nrule = "cron=0 0 * * * *&meta=region:${regions}"\ntemplate = "?hour={yyyy}-{mm}-{dd}T{hh}&region={meta:region}"\n`;
  await writeFile(join(path, "flow.toml"), `${fill}\n[[phase]]\ntask = "live"\ncron = "@yearly"\ntemplate = "?live"\n`);
  return path;
}

async function begin(embedded: Embedded, { count, active }: Sizes): Promise<number> {
  const hourText = (at: number): string => new Date(at).toISOString().slice(0, 13);
  const hours = Math.ceil(count / ROWS);
  const request = createBackfillRequest.parse({
    type: "fill",
    from: hourText(FROM),
    to: hourText(FROM + (hours - 1) * HOUR),
    max_active: active,
    total: hours * ROWS,
  });
  const { id } = await backfillControl(embedded.context, () => {}).create({ ...request, by: "bench" });
  return id;
}

async function play(dir: string, sizes: Sizes): Promise<void> {
  const database = join(dir, "tasks.db");
  const embedded = await openEmbedded(database, await writeWorkflow(dir), { readsInThread: true });
  const { store, context, bus } = embedded;
  const worker = await launch("fill", async () => {}, { bus, concurrency: 64 });
  const search = searchLoop(embedded);
  search.start();
  const live = new LiveTasks(embedded, sizes.rate);
  await live.start();
  await pause(500);
  live.lap();
  await pause(sizes.alone * 1000);
  const alone = live.lap();
  const before = process.memoryUsage.rss();

  const id = await begin(embedded, sizes);
  const runner = new BackfillRunner(context, TURN);
  const { now } = context.runtime;
  const backfills = new Loop({ name: "backfills", now, onProblem, atLeastEveryMs: 1000, run: () => runner.run() });
  const watch = startWatch();
  backfills.start();
  let row = await store.reads.backfills.one(id);
  let noted = performance.now();
  while (row !== null && row.state === "running" && watch().seconds < sizes.seconds) {
    await pause(250);
    row = await store.reads.backfills.one(id);
    if (performance.now() - noted < 30_000) continue;
    noted = performance.now();
    printNote(`  after ${shown(watch().seconds)} s: ${shown(row?.complete ?? 0)} slots complete`);
  }
  const lap = watch();
  const beside = live.lap();
  const complete = row?.complete ?? 0;
  await backfills.stop();
  await live.stop();
  await worker.stop();
  await search.stop();
  await embedded.close();

  const peak = (process.resourceUsage().maxRSS * 1024) / 1e6;
  mustHold("no slot failed", row?.failed === 0);
  mustHold("slots were executed", complete > 0);
  const isAll = row?.state !== "running";
  if (isAll) mustHold(`every slot is complete (${complete})`, complete === Math.ceil(sizes.count / ROWS) * ROWS);
  const db = connect(database, { readonly: true, cacheKib: 8 * 1024 });
  const twice = db
    .prepare<[], { n: number }>(
      "SELECT count(*) - count(DISTINCT info) AS n FROM task_records WHERE type = 'fill' AND origin = 'backfill'",
    )
    .get();
  db.close();
  mustHold("no slot was made twice", twice?.n === 0);

  if (!isAll)
    printNote(
      `Stopped after ${shown(lap.seconds)} s, with ${shown(complete)} of ${shown(sizes.count)} slots complete.`,
    );
  reportFigure("slots complete", complete, "slots");
  reportFigure("in", lap.seconds, "s");
  reportFigure("slots a second", complete / lap.seconds, "/s");
  reportFigure("CPU a slot, live tasks included", (lap.cpuSeconds * 1e6) / complete, "µs");
  reportFigure("memory before it", before / 1e6, "MB");
  reportFigure("peak memory of the whole process", peak, "MB", { target: 400 });
  reportFigure("live tasks a second, control and beside it", beside.length / lap.seconds, "/s", { target: sizes.rate });
  const p99 = quantile(beside, 0.99);
  reportFigure("control: result of a live task to commit, p50", quantile(alone, 0.5), "ms");
  reportFigure("control: p99", quantile(alone, 0.99), "ms");
  reportFigure("beside the backfill: p50", quantile(beside, 0.5), "ms");
  reportFigure("beside the backfill: p99", p99, "ms", { target: 250, ratio: p99 / quantile(alone, 0.99) });
}

const flags = readFlags("bench backfill: a million slots executed beside live tasks.", {
  count: { default: 1_000_000, smoke: 2000, help: "slots" },
  active: { default: 1000, smoke: 1000, help: "its tasks that may be unfinished at a time (max_active)" },
  rate: { default: 100, smoke: 100, help: "live tasks a second" },
  alone: { default: 20, smoke: 1, help: "seconds of live tasks alone, before it begins" },
  seconds: { default: 900, smoke: 60, help: "seconds after which it is stopped where it is" },
});
if (flags !== null) await inScratch("backfill", (dir) => play(dir, flags));
