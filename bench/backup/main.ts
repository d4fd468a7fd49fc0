/**
 * A backup of a large database while workers report results: how long the results wait for their commit beside it, what it takes of
 * memory, and how long it is made. The control is the same load before it, on the same file.
 */
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { runBackup } from "../../src/app/backup/run-backup.ts";
import { version } from "../../src/app/version.ts";
import { Load, type Lap } from "../queries/load.ts";
import { seedDatabase, writeWorkflows } from "../seed-database/seed-database.ts";
import { openEmbedded } from "../support/embedded.ts";
import { mustHold, quantile, reportFigure } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { MemoryWatch } from "./memory-watch.ts";

const MIB = 2 ** 20;
/** Of a commit beside a backup. */
const STALL_TARGET_MS = 250;
const MEMORY_TARGET_MIB = 200;
/** Until the code is compiled. */
const WARM_UP_MS = 3000;
const KEEP = { last: 7, hourly: 0, daily: 0, weekly: 0, monthly: 0 };

interface Sizes {
  readonly tasks: number;
  readonly rate: number;
  readonly alone: number;
}

async function play(dir: string, { tasks, rate, alone: aloneSeconds }: Sizes): Promise<void> {
  const database = join(dir, "tasks.db");
  const workflows = join(dir, "workflows");
  await mkdir(workflows);
  await writeWorkflows(workflows);
  await seedDatabase({ path: database, tasks, days: 90, seed: 1, until: Date.now(), search: true });
  const embedded = await openEmbedded(database, workflows, { readsInThread: true });
  const { store } = embedded;
  const load = new Load(embedded, rate);
  await load.start();
  await pause(WARM_UP_MS);
  load.lap();
  await pause(aloneSeconds * 1000);
  const alone = load.lap();

  const target = join(dir, "backups");
  const name = { id: crypto.randomUUID(), at: Date.now() };
  await store.backups.begin({ id: name.id, reason: "hand", target }, name.at);
  const memory = new MemoryWatch();
  const job = {
    database,
    name,
    scratch: join(dir, "scratch"),
    key: null,
    keep: KEEP,
    programVersion: version(),
    host: hostname(),
  };
  const credentials = { accessKey: "", secretKey: "" };
  const started = performance.now();
  const outcome = await runBackup(
    { job, target, credentials },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  const seconds = (performance.now() - started) / 1000;
  const beside = load.lap();
  const most = memory.stop();
  await load.stop();
  await embedded.close();
  if ("failure" in outcome) throw new Error(`The backup failed: ${outcome.failure.message}`);

  const { manifest, took } = outcome.made;
  reportFigure("the database", manifest.database.bytes / MIB, "MiB");
  reportFigure("as it is stored", manifest.object.bytes / MIB, "MiB");
  reportFigure("backed up, restored and compared in", seconds, "s");
  for (const [step, ms] of Object.entries(took)) reportFigure(`of that: ${step}`, ms / 1000, "s");
  printLap("control", alone, rate, null);
  printLap("beside the backup", beside, rate, alone);
  reportFigure("memory: its process, and what this one grew by", most / MIB, "MiB", { target: MEMORY_TARGET_MIB });
}

function printLap(name: string, { results, seconds, commits, delayP99 }: Lap, rate: number, control: Lap | null): void {
  mustHold(`${name}: results were recorded`, results > 0);
  const ratio = (of: number): { ratio?: number } =>
    control === null ? {} : { ratio: quantile(commits, of) / quantile(control.commits, of) };
  reportFigure(`${name}: results recorded a second`, results / seconds, "/s", { target: rate });
  for (const [text, of] of [
    ["p50", 0.5],
    ["p99", 0.99],
  ] as const)
    reportFigure(`${name}: result to commit, ${text}`, quantile(commits, of), "ms", ratio(of));
  reportFigure(`${name}: longest`, quantile(commits, 1), "ms", { target: STALL_TARGET_MS, ...ratio(1) });
  reportFigure(`${name}: event-loop delay, p99`, delayP99, "ms");
}

const flags = readFlags("bench backup: a backup of a large database beside live tasks.", {
  tasks: { default: 1_250_000, smoke: 5000, help: "tasks in the database; that many are about 1 GiB" },
  rate: { default: 1000, smoke: 200, help: "results a second that workers report" },
  alone: { default: 30, smoke: 1, help: "seconds of that alone, before the backup begins" },
});
if (flags !== null) await inScratch("backup", (dir) => play(dir, flags));
