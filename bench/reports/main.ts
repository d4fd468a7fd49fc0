/**
 * What the reports of workers ("it runs") cost no-op tasks at full speed, on the bus in memory and on the file bus: CPU a task with
 * them, as workers do, against the same without, in turns. And the most they can cost: workers that report every task once.
 */
import { join } from "node:path";
import type { Bus } from "../../src/bus/bus.ts";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import { writeTaskReport } from "../../src/contract/task-report.ts";
import { launch } from "../../src/worker/launch.ts";
import { RunReports } from "../../src/worker/run-reports.ts";
import { median, mustHold, printNote, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { playRuns, TYPES, type StartWorkers } from "../tasks/pipeline.ts";

const MODES = ["off", "on", "every task"] as const;
type Mode = (typeof MODES)[number];
const CONCURRENCY = 64;
const reports: { poll: () => void } = RunReports.prototype;
const { poll } = reports;

function startWorkers(mode: Mode): StartWorkers {
  return async (bus) => {
    reports.poll = mode === "off" ? () => {} : poll;
    const seen = mode === "every task" ? reporting(bus) : bus;
    const workers = await Promise.all(
      TYPES.map((type) => launch(type, async () => {}, { bus: seen, concurrency: CONCURRENCY })),
    );
    return async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      reports.poll = poll;
    };
  };
}

/** The bus of workers that report each task as soon as they have it: those here report none that is done within 500 ms. */
function reporting(bus: Bus): Bus {
  const fields = { progress: null, worker: "bench", host: "here", pid: 1, log: "", leaseMs: 60_000, requeued: false };
  return {
    ...bus,
    subscribe: (topic, options, onDelivery) =>
      bus.subscribe(topic, options, (delivery) => {
        const payload = writeTaskReport(parseTaskMessage(delivery.payload), fields);
        void Promise.all(bus.publish([{ key: topic, topic: "done", payload }]));
        onDelivery(delivery);
      }),
  };
}

/** CPU microseconds of a task, and tasks a second. */
interface Cost {
  readonly cpu: number;
  readonly rate: number;
}

async function play(mode: Mode, isDurable: boolean, runs: number, inFlight: number): Promise<Cost> {
  const tasks = runs * TYPES.length;
  let cost: Cost = { cpu: Number.NaN, rate: Number.NaN };
  await inScratch("reports", async (dir) => {
    const busDir = isDurable ? join(dir, "bus") : null;
    const { lap, finished } = await playRuns(dir, runs, inFlight, startWorkers(mode), busDir);
    mustHold(`all ${tasks} tasks are finished records (${finished} are)`, finished === tasks);
    cost = { cpu: (lap.cpuSeconds * 1e6) / tasks, rate: tasks / lap.seconds };
  });
  return cost;
}

const flags = readFlags("bench reports: CPU that reports of running tasks cost no-op tasks, a task.", {
  runs: { default: 8000, smoke: 200, help: "runs of a parent and two children, a round and mode" },
  rounds: { default: 9, smoke: 1, help: "rounds, of which the median counts" },
  "in-flight": { default: 64, smoke: 32, help: "runs at a time" },
});
if (flags !== null) {
  for (const isDurable of [false, true]) {
    const name = isDurable ? "file bus" : "memory bus";
    const rounds: Record<Mode, Cost>[] = [];
    // The first run warms the code up.
    await play("on", isDurable, Math.min(flags.runs, 1000), flags["in-flight"]);
    for (let round = 0; round < flags.rounds; round += 1) {
      const costs = {} as Record<Mode, Cost>;
      // Each mode is first as often as the others: the machine is never the same for long.
      for (let index = 0; index < MODES.length; index += 1) {
        const mode = MODES[(round + index) % MODES.length] ?? "on";
        costs[mode] = await play(mode, isDurable, flags.runs, flags["in-flight"]);
      }
      rounds.push(costs);
      printNote(`${name}: ${MODES.map((mode) => `${mode} ${shown(costs[mode].cpu)} µs`).join(", ")}`);
    }
    const of = (figure: (costs: Record<Mode, Cost>) => number): number => median(rounds.map(figure));
    reportFigure(
      `${name}: tasks a second, with reports`,
      of(({ on }) => on.rate),
      "/s",
      { target: 10_000 },
    );
    reportFigure(
      `${name}: CPU a task without reports`,
      of(({ off }) => off.cpu),
      "µs",
    );
    const more = (mode: Mode): number => of((costs) => (costs[mode].cpu / costs.off.cpu - 1) * 100);
    reportFigure(`${name}: CPU that reports cost`, more("on"), "%", { target: 5 });
    reportFigure(`${name}: if every task reported once`, more("every task"), "%");
  }
}
