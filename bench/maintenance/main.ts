/**
 * A cleanup of millions of old rows while live tasks go on beside it: how long the results of live tasks wait for their commit. The
 * control is the same live tasks before it begins, on the same file.
 */
import { statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DAY } from "../../src/contract/time/time-units.ts";
import { utilizationSince } from "../../src/app/care/utilization.ts";
import { CleanupRunner } from "../../src/engine/retention/cleanup-runner.ts";
import { retentionControl } from "../../src/engine/retention/retention-control.ts";
import { Loop } from "../../src/services/loop.ts";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { openEmbedded } from "../support/embedded.ts";
import { mustHold, printNote, quantile, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { LiveTasks } from "../support/live-tasks.ts";
import { inScratch } from "../support/scratch.ts";
import { onProblem, searchLoop } from "../support/search-loop.ts";
import { startWatch } from "../support/stopwatch.ts";
import { writeOldRuns } from "./old-runs.ts";

const DEFAULTS = { enabled: true, age: 90 * DAY, tables: new Map(), archived: null } as const;

interface Sizes {
  readonly runs: number;
  readonly rate: number;
  readonly alone: number;
  readonly seconds: number;
}

async function play(dir: string, { runs, rate, alone: aloneSeconds, seconds }: Sizes): Promise<void> {
  const database = join(dir, "tasks.db");
  const workflows = join(dir, "workflows");
  await mkdir(workflows);
  await writeFile(join(workflows, "flow.toml"), '[[phase]]\ntask = "live"\ncron = "@yearly"\ntemplate = "?live"\n');
  await (await openEmbedded(database, workflows)).close();
  const rows = writeOldRuns(database, runs);
  printNote(`${shown(rows)} old rows in ${shown(2 * runs)} tasks, ${shown(statSync(database).size / 1e6)} MB`);

  const embedded = await openEmbedded(database, workflows, { readsInThread: true });
  const { context, store } = embedded;
  while ((await store.indexSearch(5000)).isMore);
  printNote("indexed for search");
  const search = searchLoop(embedded);
  search.start();
  const live = new LiveTasks(embedded, rate);
  await live.start();
  await pause(1000);
  live.lap();
  const control = startWatch();
  await pause(aloneSeconds * 1000);
  const alone = live.lap();
  const aloneLap = control();

  const { now } = context.runtime;
  const retention = retentionControl({
    runtime: context.runtime,
    store,
    defaults: DEFAULTS,
    archiver: null,
    changed: () => undefined,
  });
  const { id } = await retention.start({ table: "task_records", older_than: null, dry_run: false, by: "bench" });
  const runner = new CleanupRunner({
    runtime: context.runtime,
    store,
    defaults: DEFAULTS,
    archiver: null,
    utilization: utilizationSince(),
    onAnnounced: () => undefined,
    onDone: () => undefined,
  });
  const cleanups = new Loop({ name: "cleanups", now, onProblem, atLeastEveryMs: 1000, run: () => runner.run() });
  const watch = startWatch();
  cleanups.start();
  let cleanup = await retention.one(id);
  let noted = performance.now();
  while (cleanup.state === "running" && watch().seconds < seconds) {
    await pause(250);
    cleanup = await retention.one(id);
    if (performance.now() - noted < 30_000) continue;
    noted = performance.now();
    printNote(`  after ${shown(watch().seconds)} s: ${shown(cleanup.tables[0]?.deleted ?? 0)} tasks deleted`);
  }
  const lap = watch();
  const beside = live.lap();
  const reads = await store.reads.retention.cleanup(id);
  await cleanups.stop();
  await live.stop();
  await search.stop();
  await embedded.close();

  const byTable = reads?.deleted["task_records"] ?? {};
  const { task_search: words = 0, task_blocks: blocks = 0, ...counted } = byTable;
  const deleted = Object.values(counted).reduce((sum, count) => sum + count, 0);
  const db = connect(database, { readonly: true, cacheKib: 8 * 1024 });
  const left =
    db.prepare<[], { n: number }>("SELECT count(*) AS n FROM task_records WHERE type <> 'live'").get()?.n ?? -1;
  const free =
    db.prepare<[], { n: number }>("SELECT freelist_count * 4096 AS n FROM pragma_freelist_count").get()?.n ?? 0;
  db.close();
  const isAll = cleanup.state === "done";
  if (isAll) {
    mustHold(`all old rows are gone (${deleted} of ${rows})`, deleted === rows);
    mustHold("no old task is left", left === 0);
  } else printNote(`Stopped after ${shown(lap.seconds)} s, with ${shown(left)} tasks left.`);
  mustHold("rows were deleted", deleted > 0);

  reportFigure("rows deleted", deleted, "rows");
  reportFigure("and entries of the search index", words + blocks, "rows");
  reportFigure("in", lap.seconds, "s");
  reportFigure("rows a second", deleted / lap.seconds, "/s");
  reportFigure("CPU a row, live tasks included", (lap.cpuSeconds * 1e6) / deleted, "µs");
  reportFigure("free space in the file afterwards", free / 1e6, "MB");
  reportFigure("live results a second, control", alone.length / aloneLap.seconds, "/s", { target: rate });
  reportFigure("live results a second, beside it", beside.length / lap.seconds, "/s", { target: rate });
  const p99 = quantile(beside, 0.99);
  reportFigure("control: result of a live task to commit, p50", quantile(alone, 0.5), "ms");
  reportFigure("control: p99", quantile(alone, 0.99), "ms");
  reportFigure("beside the cleanup: p50", quantile(beside, 0.5), "ms");
  reportFigure("beside the cleanup: p99", p99, "ms", { target: 250, ratio: p99 / quantile(alone, 0.99) });
  reportFigure("beside the cleanup: longest", quantile(beside, 1), "ms");
}

const flags = readFlags("bench maintenance: millions of old rows deleted beside live tasks.", {
  runs: { default: 1_000_000, smoke: 2000, help: "old runs of two tasks; five rows each" },
  rate: { default: 1000, smoke: 200, help: "live results a second" },
  alone: { default: 20, smoke: 1, help: "seconds of live tasks alone, before the cleanup begins" },
  seconds: { default: 1800, smoke: 60, help: "seconds after which it is stopped where it is" },
});
if (flags !== null) await inScratch("maintenance", (dir) => play(dir, flags));
