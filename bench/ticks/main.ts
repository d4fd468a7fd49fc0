/**
 * How late ticks are decided, and what they cost, when 5,000 phases are due every second: `flowlord serve` as a process
 * of its own on the bus that swallows everything.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { mustHold, quantile, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { writePhases } from "../support/phases.ts";
import { inScratch } from "../support/scratch.ts";
import { DATABASE, serveProcess, usageOf } from "../support/served.ts";
import { storeSql } from "../support/sql.ts";
import { bareTicks } from "./control.ts";

interface Tick {
  readonly scheduledAt: number;
  readonly decidedAt: number;
}

function ticksOf(database: string, from: number, until: number): readonly Tick[] {
  const db = connect(database, { readonly: true, cacheKib: 8192 });
  const ticks = db
    .prepare<[number, number], Tick>(
      "SELECT scheduled_at AS scheduledAt, decided_at AS decidedAt FROM task_records WHERE scheduled_at >= ? AND scheduled_at < ?",
    )
    .all(from, until);
  db.close();
  return ticks;
}

/** Every `period` seconds, one phase after the other. */
function cronOf(phase: number, period: number): string {
  return period === 1 ? "* * * * * *" : `${phase % period}/${period} * * * * *`;
}

const flags = readFlags("bench ticks: lateness and CPU of phases that tick every second.", {
  period: {
    default: 1,
    smoke: 1,
    help: "seconds from one tick of a phase to the next, up to 60; the phases take turns",
  },
  phases: { default: 5000, smoke: 200, help: "phases, each with one tick a second" },
  seconds: { default: 30, smoke: 3, help: "seconds that are measured" },
  settle: { default: 3, smoke: 1, help: "seconds between the start and the measurement" },
});
if (flags !== null) {
  await inScratch("ticks", async (dir) => {
    const workflows = await writePhases(dir, flags.phases, (phase) => cronOf(phase, flags.period));
    const served = await serveProcess({ dir, workflows, bus: "nop" });
    reportFigure(`start with ${shown(flags.phases)} phases`, served.startMs, "ms");
    await pause(flags.settle * 1000);
    const from = Math.ceil(Date.now() / 1000) * 1000 + 500;
    const until = from + flags.seconds * 1000;
    await pause(from - Date.now());
    const before = await usageOf(served.pid);
    await pause(until - Date.now());
    const after = await usageOf(served.pid);
    // Ticks that are late must be in the file before it is read.
    await pause(1500);
    await served.stop();

    const database = join(dir, DATABASE);
    const ticks = ticksOf(database, from, until);
    const late = ticks.map(({ scheduledAt, decidedAt }) => decidedAt - scheduledAt);
    const expected = (flags.phases * flags.seconds) / flags.period;
    mustHold(`every tick of every phase was decided (${ticks.length} of ${expected})`, ticks.length === expected);
    mustHold(
      "no tick was decided before its time",
      late.every((ms) => ms >= 0),
    );
    const cores = (after.cpuSeconds - before.cpuSeconds) / flags.seconds;
    const ticksPerSecond = flags.phases / flags.period;
    const control = bareTicks(database, await storeSql(database), ticksPerSecond * Math.min(10, flags.seconds));
    const controlCores = control.cpuSeconds / Math.min(10, flags.seconds);
    reportFigure("ticks a second", ticks.length / flags.seconds, "/s");
    reportFigure("decided after its moment, p50", quantile(late, 0.5), "ms");
    reportFigure("decided after its moment, p99", quantile(late, 0.99), "ms", { target: 250 });
    reportFigure("decided after its moment, worst", quantile(late, 1), "ms");
    reportFigure("CPU", cores, "cores", { target: 0.5, ratio: cores / controlCores });
    reportFigure("control: the same row changes alone", controlCores, "cores");
    reportFigure("resident memory", after.rss, "MiB");
  });
}
