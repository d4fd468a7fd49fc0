/**
 * How many tasks are finished in a second when a no-op parent starts two no-op children, again and again, each recorded;
 * with a TypeScript worker, and with a process each. And how long a child waits after its parent's end meanwhile.
 */
import { DEFAULT_RULES } from "../../src/contract/redact/rules.ts";
import { join } from "node:path";
import type { Bus } from "../../src/bus/bus.ts";
import { MINUTE } from "../../src/contract/time/time-units.ts";
import { launch } from "../../src/worker/launch.ts";
import { startWorkers } from "../../src/worker/start-workers.ts";
import type { ExecWorkerOptions } from "../../src/contract/worker-options.ts";
import { median, mustHold, printNote, quantile, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import type { Lap } from "../support/stopwatch.ts";
import { emptyPromises, emptySpawns } from "./control.ts";
import { playRuns, TYPES, type Played, type StartWorkers } from "./pipeline.ts";

interface Kind {
  readonly name: string;
  readonly runs: number;
  readonly inFlight: number;
  readonly target: number;
  readonly start: (dir: string) => StartWorkers;
  readonly control: (count: number) => Promise<Lap>;
}

const TYPESCRIPT_CONCURRENCY = 64;
const EXEC_CONCURRENCY = 4;

async function startTypeScript(bus: Bus): Promise<() => Promise<void>> {
  const handler = async (): Promise<void> => {};
  const workers = await Promise.all(
    TYPES.map((type) => launch(type, handler, { bus, concurrency: TYPESCRIPT_CONCURRENCY })),
  );
  return async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
  };
}

function startExec(dir: string): StartWorkers {
  const sections = TYPES.map((type): ExecWorkerOptions => ({
    kind: "exec",
    type,
    job: null,
    concurrency: EXEC_CONCURRENCY,
    timeout: MINUTE,
    command: ["true"],
    shell: false,
    killAfter: 1000,
    logDir: join(dir, "logs"),
    logMaxBytes: 1024 * 1024,
    env: {},
    cwd: "",
    exitCodes: { warn: [], alert: [] },
    redact: DEFAULT_RULES,
  }));
  return async (bus) => {
    const onProblem = ({ message }: { message: string }): void => {
      throw new Error(message);
    };
    const workers = await startWorkers(sections, { bus, doneTopic: "done", onProblem, now: Date.now });
    return () => workers.stop();
  };
}

async function playRound(kind: Kind): Promise<{ played: Played; control: Lap }> {
  let played: Played | null = null;
  await inScratch("tasks", async (dir) => {
    played = await playRuns(dir, kind.runs, kind.inFlight, kind.start(dir));
  });
  const tasks = kind.runs * TYPES.length;
  const control = await kind.control(tasks);
  if (played === null) throw new Error("nothing was played");
  const { lap, finished, waits }: Played = played;
  mustHold(`all ${tasks} tasks are finished records (${finished} are)`, finished === tasks);
  mustHold("every child's wait was seen", waits.length === kind.runs * (TYPES.length - 1));
  printNote(
    `${kind.name}: ${shown(tasks / lap.seconds)} tasks/s, CPU ${shown((lap.cpuSeconds * 1e6) / tasks)} µs each; ` +
      `parent's end to child's start p50 ${shown(median(waits))} ms, p99 ${shown(quantile(waits, 0.99))} ms; ` +
      `control ${shown(tasks / control.seconds)}/s`,
  );
  return { played, control };
}

const flags = readFlags("bench tasks: finished tasks a second, with a TypeScript worker and with a process each.", {
  runs: { default: 6000, smoke: 200, help: "runs of a parent and two children with the TypeScript worker, a round" },
  "exec-runs": { default: 300, smoke: 10, help: "runs with a process each, a round" },
  rounds: { default: 5, smoke: 1, help: "rounds, of which the median counts" },
  "in-flight": { default: 32, smoke: 32, help: "runs at a time with the TypeScript worker" },
});
if (flags !== null) {
  const kinds: readonly Kind[] = [
    {
      name: "TypeScript",
      runs: flags.runs,
      inFlight: flags["in-flight"],
      target: 3000,
      start: () => startTypeScript,
      control: (count) => emptyPromises(count, TYPESCRIPT_CONCURRENCY * TYPES.length),
    },
    {
      name: "exec",
      runs: flags["exec-runs"],
      inFlight: EXEC_CONCURRENCY,
      target: 150,
      start: startExec,
      control: (count) => emptySpawns(count, EXEC_CONCURRENCY),
    },
  ];
  for (const kind of kinds) {
    const rounds: { played: Played; control: Lap }[] = [];
    for (let round = 0; round < flags.rounds; round += 1) rounds.push(await playRound(kind));
    const tasks = kind.runs * TYPES.length;
    const of = (figure: (round: { played: Played; control: Lap }) => number): number => median(rounds.map(figure));
    const rate = of(({ played }) => tasks / played.lap.seconds);
    const ratio = of(({ played, control }) => control.seconds / played.lap.seconds);
    const controlRate = of(({ control }) => tasks / control.seconds);
    const wait = (share: number): number => of(({ played }) => quantile(played.waits, share));
    reportFigure(`${kind.name}: finished tasks a second`, rate, "/s", { target: kind.target, ratio });
    reportFigure(`${kind.name}: control without Flowlord`, controlRate, "/s");
    reportFigure(`${kind.name}: parent's end to child's start, p50`, wait(0.5), "ms", { target: 10 });
    reportFigure(`${kind.name}: parent's end to child's start, p99`, wait(0.99), "ms", { target: 50 });
  }
}
