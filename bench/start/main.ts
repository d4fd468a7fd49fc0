/**
 * How soon `GET /status` is `ok` after the start of the process, and what an idle Flowlord takes: with an empty database,
 * and with many phases and a long history. The control is Node itself.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { seedDatabase } from "../seed-database/seed-database.ts";
import { median, mustHold, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { writePhases } from "../support/phases.ts";
import { inScratch } from "../support/scratch.ts";
import { DATABASE, serveProcess, usageOf, type ServeOptions } from "../support/served.ts";

interface Setup {
  readonly name: string;
  readonly options: ServeOptions;
  readonly target: number;
  readonly starts: number[];
  readonly memory: number[];
}

async function bareStart(): Promise<number> {
  const start = performance.now();
  await promisify(execFile)(process.execPath, ["-e", "0"]);
  return performance.now() - start;
}

/** A Node that runs nothing but a server: no service in Node needs less. */
async function bareMemory(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "require('node:http').createServer().listen(0, '127.0.0.1')"]);
  await once(child, "spawn");
  await pause(1000);
  const { rss } = await usageOf(child.pid ?? 0);
  child.kill("SIGKILL");
  await once(child, "exit");
  return rss;
}

async function idle(setup: Setup, bareRss: number, settleSeconds: number, seconds: number): Promise<void> {
  const served = await serveProcess(setup.options);
  await pause(settleSeconds * 1000);
  const before = await usageOf(served.pid);
  await pause(seconds * 1000);
  const after = await usageOf(served.pid);
  await served.stop();
  const percent = (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds;
  reportFigure(`${setup.name}: idle memory`, after.rss, "MiB", { target: 100, ratio: after.rss / bareRss });
  reportFigure(`${setup.name}: idle CPU over ${seconds} s`, percent, "% of a core", { target: 1 });
  mustHold("an idle process has memory", after.rss > 10);
}

const flags = readFlags("bench start: time to the first `ok` of GET /status, idle memory and idle CPU.", {
  starts: { default: 9, smoke: 2, help: "starts of each kind, of which the median counts" },
  phases: { default: 1000, smoke: 50, help: "phases of the second setup" },
  records: { default: 1_000_000, smoke: 3000, help: "finished records of the second setup" },
  settle: { default: 6, smoke: 1, help: "seconds that a start has to keep its compiled code and come to rest" },
  "idle-seconds": { default: 20, smoke: 1, help: "how long idle CPU is measured" },
});
if (flags !== null) {
  await inScratch("start", async (dir) => {
    const setups: Setup[] = [];
    for (const [name, phases, records, target] of [
      ["empty database", 2, 0, 400],
      [`${shown(flags.phases)} phases, ${shown(flags.records)} records`, flags.phases, flags.records, 700],
    ] as const) {
      const folder = join(dir, String(records));
      await mkdir(folder);
      // Once a year: nothing comes due while this runs.
      const workflows = await writePhases(folder, phases, () => "0 0 1 1 *");
      if (records > 0) {
        // With the search index: an instance that still has to build it is not idle.
        const history = { tasks: records, days: 365, seed: 1, until: Date.now(), quietHours: 6, search: true };
        await seedDatabase({ path: join(folder, DATABASE), ...history });
      }
      setups.push({ name, target, starts: [], memory: [], options: { dir: folder, workflows, bus: "memory" } });
    }
    // The first start compiles and caches the code; it also makes the database and its phases.
    for (const { options } of setups) {
      const first = await serveProcess(options);
      reportFigure("first start of all", first.startMs, "ms");
      await pause(flags.settle * 1000);
      await first.stop();
    }
    const bare: number[] = [];
    const throughNpm: number[] = [];
    for (let round = 0; round < flags.starts; round += 1) {
      bare.push(await bareStart());
      for (const setup of setups) {
        const served = await serveProcess(setup.options);
        setup.starts.push(served.startMs);
        setup.memory.push((await usageOf(served.pid)).rss);
        await served.stop();
      }
    }
    const [empty] = setups;
    if (empty !== undefined) {
      const command = ["npm", "start", "--"] as const;
      for (let round = 0; round < Math.min(3, flags.starts); round += 1) {
        const served = await serveProcess({ ...empty.options, command: [...command] });
        throughNpm.push(served.startMs);
        await served.stop();
      }
    }
    const bareRss = await bareMemory();
    reportFigure("control: node -e 0", median(bare), "ms");
    reportFigure("control: resident memory of a Node with a server", bareRss, "MiB");
    for (const { name, starts, memory, target } of setups) {
      const ratio = median(starts.map((ms, round) => ms / (bare[round] ?? ms)));
      reportFigure(`${name}: first ok after`, median(starts), "ms", { target, ratio });
      reportFigure(`${name}: memory just then`, median(memory), "MiB", { ratio: median(memory) / bareRss });
    }
    reportFigure("through npm start (empty database)", median(throughNpm), "ms");
    const [few, many] = setups;
    if (few !== undefined && many !== undefined) {
      // The history without the phases: it must not cost idle memory.
      const options = { ...many.options, workflows: few.options.workflows };
      setups.push({ ...many, name: `few phases, ${shown(flags.records)} records`, options });
    }
    for (const setup of setups) await idle(setup, bareRss, flags.settle, flags["idle-seconds"]);
  });
}
