/**
 * What the API costs the writer, and how long its readers wait: first live events, with many who listen, then mixed reads of a
 * long history while workers report results.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { seedDatabase, writeWorkflows } from "../seed-database/seed-database.ts";
import { reportFigure } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { measureListeners } from "./listeners.ts";
import { measureReads } from "./reads.ts";

const flags = readFlags(
  `bench http [DATABASE]: what live events and reads cost the writer, and how long readers wait. Without a database that
bench/seed-database filled, one is filled. --rounds 0 leaves out the live events, --seconds 0 the reads.`,
  {
    messages: { default: 20_000, smoke: 2000, help: "live events: done messages of one round, two children each" },
    rounds: { default: 9, smoke: 1, help: "live events: rounds, of which the median counts" },
    listeners: { default: 500, smoke: 20, help: "live events: clients that listen" },
    tasks: { default: 1_000_000, smoke: 5000, help: "reads: tasks of the history, when it is filled here" },
    seconds: { default: 30, smoke: 1, help: "reads: seconds of each part" },
    clients: { default: 50, smoke: 10, help: "reads: clients that read" },
    pace: { default: 60, smoke: 600, help: "reads: reads of a client a minute" },
    rate: { default: 1000, smoke: 200, help: "reads: results a second that workers report meanwhile" },
  },
);
if (flags !== null) {
  await inScratch("http", async (dir) => {
    const { listeners, tasks, files } = flags;
    if (flags.rounds > 0) await measureListeners(dir, { ...flags, clients: listeners });
    if (flags.seconds === 0) return;
    const workflows = join(dir, "history-workflows");
    await mkdir(workflows);
    await writeWorkflows(workflows);
    const [database = join(dir, "history.db")] = files;
    if (files.length === 0) {
      const { filled } = await seedDatabase({
        path: database,
        tasks,
        days: 90,
        seed: 1,
        until: Date.now(),
        search: true,
      });
      reportFigure("filled in", filled.seconds, "s");
    }
    await measureReads(database, workflows, dir, flags);
  });
}
