/**
 * What backups cost workers that report results: first one backup of a large database beside them, then the segments that are stored
 * every second of what changes. The control of either is the same load on the same file without it.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { backups, type Backups } from "../../src/app/backup/backups.ts";
import { SILENT_LOG } from "../../src/app/log/log.ts";
import type { BackupRow } from "../../src/store/backup/backup-store.ts";
import { Load, type Lap } from "../queries/load.ts";
import { seedDatabase, writeWorkflows } from "../seed-database/seed-database.ts";
import { type Embedded, openEmbedded } from "../support/embedded.ts";
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
const POLL_MS = 100;

interface Sizes {
  readonly tasks: number;
  readonly rate: number;
  readonly alone: number;
}

interface Scene {
  readonly embedded: Embedded;
  readonly load: Load;
  readonly made: Backups;
}

async function play(dir: string, { tasks, rate, alone: seconds }: Sizes): Promise<void> {
  const database = join(dir, "tasks.db");
  const workflows = join(dir, "workflows");
  await mkdir(workflows);
  await writeWorkflows(workflows);
  await seedDatabase({ path: database, tasks, days: 90, seed: 1, until: Date.now(), search: true });
  const open = async (set: Readonly<Record<string, string>>): Promise<Scene> => {
    const more = { ...set, "sqlite.backup_path": join(dir, "backups") };
    const embedded = await openEmbedded(database, workflows, { readsInThread: true, set: more });
    const made = backups(embedded.options, embedded.context, { onProblem: fail, log: SILENT_LOG });
    if (made === null) throw new Error("no backups are configured");
    const load = new Load(embedded, rate);
    await load.start();
    return { embedded, load, made };
  };

  const { embedded, load, made } = await open({});
  const alone = await lapOf(load, seconds);
  const memory = new MemoryWatch();
  const started = performance.now();
  const backup = await backedUp(embedded, await made.backUp.byHand());
  const took = (performance.now() - started) / 1000;
  const beside = load.lap();
  const most = memory.stop();
  await close({ embedded, load, made });

  const shipped = await open({ "backup.mode": "continuous" });
  for (const service of shipped.made.services) service.start();
  while (shipped.made.continuous?.isBackupNeeded === true || shipped.made.backUp.isRunning) await pause(POLL_MS);
  const stored = await lapOf(shipped.load, seconds);
  const lag = shipped.made.continuous?.status().lagMs ?? Number.NaN;
  await close(shipped);

  reportFigure("the database", (backup.database_bytes ?? 0) / MIB, "MiB");
  reportFigure("as it is stored", (backup.object_bytes ?? 0) / MIB, "MiB");
  reportFigure("backed up, restored and compared in", took, "s");
  for (const step of ["snapshot", "upload", "verify"] as const)
    reportFigure(`of that: ${step}`, (backup[`${step}_ms`] ?? 0) / 1000, "s");
  printLap("control", alone, rate, null);
  printLap("beside the backup", beside, rate, alone);
  reportFigure("memory: its process, and what this one grew by", most / MIB, "MiB", { target: MEMORY_TARGET_MIB });
  printLap("with segments every second", stored, rate, alone);
  reportFigure("what is not stored yet, at the end of that", lag / 1000, "s");
}

async function lapOf(load: Load, seconds: number): Promise<Lap> {
  await pause(WARM_UP_MS);
  load.lap();
  await pause(seconds * 1000);
  return load.lap();
}

async function backedUp({ store }: Embedded, { id }: { readonly id: string }): Promise<BackupRow> {
  for (;;) {
    const row = await store.reads.backups.one(id);
    if (row?.state === "verified") return row;
    if (row?.state === "failed") throw new Error(`The backup failed: ${row.failure}`);
    await pause(POLL_MS);
  }
}

async function close({ embedded, load, made }: Scene): Promise<void> {
  await load.stop();
  for (const service of made.services) await service.stop();
  await made.backUp.stop(0);
  await embedded.close();
  await made.continuous?.stop();
}

function fail(name: string, error: Error): never {
  throw new Error(`${name} failed: ${error.message}`, { cause: error });
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

const flags = readFlags("bench backup: what backups of a large database cost live tasks.", {
  tasks: { default: 1_250_000, smoke: 5000, help: "tasks in the database; that many are about 1 GiB" },
  rate: { default: 1000, smoke: 200, help: "results a second that workers report" },
  alone: { default: 30, smoke: 1, help: "seconds of each part without a backup" },
});
if (flags !== null) await inScratch("backup", (dir) => play(dir, flags));
