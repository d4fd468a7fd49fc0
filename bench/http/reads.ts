/**
 * What reading clients wait, and what they cost the writer: the same second for second with nobody who reads, with clients
 * that ask for something that is not read from the database (both are controls), and with clients that read a mix of all.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Load, type Lap } from "../queries/load.ts";
import { openEmbedded } from "../support/embedded.ts";
import { mustHold, printNote, quantile, reportFigure } from "../support/figures.ts";
import { openServer } from "./open-server.ts";
import type { Crowd, CrowdReport } from "./read-crowd.ts";
import { drawReads, TARGETS, type Read } from "./read-mix.ts";

export interface ReadOptions {
  /** Seconds of each part. */
  readonly seconds: number;
  readonly clients: number;
  /** Reads of a client a minute. */
  readonly pace: number;
  /** Results a second that workers report meanwhile. */
  readonly rate: number;
}

/** Seconds that the code is warmed up. */
const WARM_UP = 3;
const COMMIT_TARGET = 60;
const DELAY_TARGET = 25;
const NOTHING: readonly Read[] = [{ kind: "control", path: "/api/me", body: null }];

interface Part {
  readonly lap: Lap;
  /** CPU of the thread that decides, writes and answers, seconds. */
  readonly mainCpu: number;
  /** And of the others: the one that reads the database, and those that compress. */
  readonly otherCpu: number;
  /** Null: nobody read. */
  readonly report: CrowdReport | null;
}

export async function measureReads(
  database: string,
  workflows: string,
  dir: string,
  options: ReadOptions,
): Promise<void> {
  const { seconds, clients, pace, rate } = options;
  const everyMs = 60_000 / pace;
  const reads = drawReads(database, 2 * Math.ceil((clients * seconds * 1000) / everyMs) + 100, 6);
  const embedded = await openEmbedded(database, workflows, { readsInThread: true });
  const server = await openServer(embedded, dir);
  const port = Number(new URL(server.url).port);
  const load = new Load(embedded, rate);
  await load.start();
  const crowd = { port, clients, everyMs, seconds };
  const part = async (asked: Crowd | null): Promise<Part> => {
    load.lap();
    const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
    const report = asked === null ? await pause(seconds * 1000, null) : await runCrowd(asked);
    const mainCpu = secondsOf(process.threadCpuUsage()) - secondsOf(main);
    return { lap: load.lap(), mainCpu, otherCpu: secondsOf(process.cpuUsage(all)) - mainCpu, report };
  };
  await runCrowd({ ...crowd, seconds: Math.min(WARM_UP, seconds), reads: reads.toReversed() });
  const nobody = await part(null);
  const control = await part({ ...crowd, reads: NOTHING });
  const mixed = await part({ ...crowd, reads });
  const rush = await part({ ...crowd, everyMs: 0, reads });
  await load.stop();
  const { records, bytes } = await embedded.store.reads.counts();
  await server.close();
  await embedded.close();

  reportFigure("tasks in the database", records, "tasks");
  reportFigure("its size", bytes / 2 ** 20, "MiB");
  for (const [name, what, one] of [
    ["nobody", "nobody reads (the control of the writer)", nobody],
    ["control", `${clients} clients ask who they are, ${pace} times a minute (the control of the readers)`, control],
    ["reads", `${clients} clients read, ${pace} times a minute`, mixed],
    ["rush", `${clients} clients read without a break`, rush],
  ] as const) {
    printNote(`\n${what}`);
    printPart(name, one, rate, one === rush || nobody === one ? null : nobody);
  }
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

async function runCrowd(crowd: Crowd): Promise<CrowdReport> {
  const child = fork(join(import.meta.dirname, "read-crowd.ts"), {
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  child.send(crowd);
  const [report] = (await Promise.race([
    once(child, "message"),
    ended.then(() => Promise.reject(new Error("the clients ended early"))),
  ])) as [CrowdReport];
  await ended;
  return report;
}

function printPart(name: string, { lap, mainCpu, otherCpu, report }: Part, rate: number, nobody: Part | null): void {
  const { results, seconds, commits, delayP99 } = lap;
  if (report !== null) {
    const all = Object.values(report.times).flat();
    mustHold(`${name}: answers came`, all.length > 0);
    reportFigure(`${name}: answers a second`, all.length / seconds, "/s");
    for (const [kind, times] of Object.entries(report.times)) {
      const target = TARGETS[kind];
      const isJudged = target !== undefined && nobody !== null;
      reportFigure(`${name}: ${kind}, p50`, quantile(times, 0.5), "ms");
      reportFigure(`${name}: ${kind}, p99`, quantile(times, 0.99), "ms", isJudged ? { target } : {});
    }
    for (const error of new Set(report.errors.slice(0, 20))) printNote(`  ${error}`);
    reportFigure(`${name}: errors`, report.errors.length, "answers", { target: 0 });
    if (report.late.length > 0) reportFigure(`${name}: clients late, p99`, quantile(report.late, 0.99), "ms");
    reportFigure(`${name}: bytes of an answer`, report.bytes / all.length, "bytes");
    if (nobody !== null) {
      const more = (own: number, before: number): number =>
        ((own - (before / nobody.lap.seconds) * seconds) * 1e6) / all.length;
      reportFigure(`${name}: CPU of the writer's thread, an answer`, more(mainCpu, nobody.mainCpu), "µs");
      reportFigure(`${name}: CPU of other threads, an answer`, more(otherCpu, nobody.otherCpu), "µs");
    }
  }
  const reached = results / seconds;
  reportFigure(`${name}: results recorded a second`, reached, "/s", { target: rate });
  reportFigure(`${name}: result to commit, p50`, quantile(commits, 0.5), "ms");
  reportFigure(`${name}: result to commit, p99`, quantile(commits, 0.99), "ms", { target: COMMIT_TARGET });
  reportFigure(`${name}: event-loop delay, p99`, delayP99, "ms", { target: DELAY_TARGET });
  reportFigure(`${name}: of a core, the writer's thread`, (mainCpu / seconds) * 100, "%");
  mustHold(`${name}: results were recorded`, results > 0 || rate === 0);
}
