/**
 * How long a workflow file of many phases takes to load: reading, checking, pairing and storing it, as the start does. The
 * control parses the same text as TOML, and does nothing with it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { WorkflowReloader } from "../../src/engine/workflows/reload-workflows.ts";
import { LocalObjects } from "../../src/objects/local.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { mustHold, reportFigure } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";

const flags = readFlags("Loads a workflow file of many phases.", {
  phases: { default: 20_000, smoke: 500, help: "phases of each file" },
});

const NOW = Date.UTC(2026, 3, 2);
const DAILY = 'cron = "0 5 * * *"\n';

/** Phases of each kind, by their number. */
const KINDS: Readonly<Record<string, (number: number) => string>> = {
  schedules: () => DAILY,
  "chains of 20": (number) => (number % 20 === 0 ? DAILY : `dependsOn = "t${number - 1}"\n`),
  "one parent of all": (number) => (number === 0 ? DAILY : 'dependsOn = "t0"\n'),
  joins: (number) =>
    number % 4 === 0
      ? DAILY
      : number % 4 === 3
        ? `dependsOn = "t${number - 1}, t${number - 2}"\njoin = "all"\n`
        : `dependsOn = "t${number - (number % 4)}"\n`,
  "arriving files": (number) => `files = "/in/${number}/*.csv"\n`,
};

async function timed(body: () => Promise<void> | void): Promise<number> {
  const began = performance.now();
  await body();
  return (performance.now() - began) / 1000;
}

async function measure(dir: string, phases: number): Promise<void> {
  for (const [index, [kind, rule]] of Object.entries(KINDS).entries()) {
    const folder = join(dir, String(index));
    mkdirSync(folder);
    const numbers = Array.from({ length: phases }, (_, number) => number);
    const text = numbers.map((number) => `[[phase]]\ntask = "t${number}"\n${rule(number)}`).join("\n");
    const path = join(folder, "flow.toml");
    writeFileSync(path, text);
    const store = await openStore({ path: join(folder, "tasks.db"), now: () => NOW, newId: () => "bench" });
    const control = await timed(() => void parse(text));
    let loaded = 0;
    const took = await timed(async () => {
      const options = { path, source: new LocalObjects(), store, zone: "UTC", now: () => NOW };
      loaded = (await new WorkflowReloader(options).reload()).graph.phases.length;
    });
    await store.close();
    mustHold("every phase is in force", loaded === phases);
    reportFigure(`${phases} phases, ${kind}`, took, "s", { target: 3, ratio: took / control });
  }
}

if (flags !== null) await inScratch("load", (dir) => measure(dir, flags.phases));
