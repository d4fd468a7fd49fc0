/**
 * What a gathered file costs from the first to the last of a task, each a file event in a group of 200: they should cost
 * the same, however many wait. The control is the same events for a phase that no file of them matches.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { handleFiles } from "../../src/engine/handle-file.ts";
import { openEmbedded } from "../support/embedded.ts";
import { mustHold, reportFigure } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { startWatch } from "../support/stopwatch.ts";

const GROUP = 200;
const FOLDER = "a-rather-long-folder-name-as-data-lakes-have-them/".repeat(2);

/** CPU milliseconds of each group, the last with the task. */
async function costs(dir: string, files: number, pattern: string): Promise<readonly number[]> {
  await mkdir(dir);
  const workflows = join(dir, "flow.toml");
  await writeFile(workflows, `[[phase]]\ntask = "merge"\nfiles_glob = "${pattern}"\ngather = ${files}\n`);
  const embedded = await openEmbedded(join(dir, "tasks.db"), workflows);
  const { bus, context } = embedded;
  const { promise: came, resolve } = Promise.withResolvers<void>();
  await bus.subscribe("merge", { channel: "merge", maxInFlight: 1 }, (delivery) => {
    delivery.ack();
    resolve();
  });
  const found: number[] = [];
  for (let at = 0; at < files; at += GROUP) {
    const group = Array.from({ length: Math.min(GROUP, files - at) }, (_, index) => ({
      topic: "files",
      payload: JSON.stringify({ path: `/lake/${FOLDER}part-${String(at + index).padStart(7, "0")}.csv`, size: 1 }),
      id: `${at + index}`,
    }));
    const watch = startWatch();
    await handleFiles(group, context);
    found.push(watch().cpuSeconds * 1000);
  }
  if (pattern.startsWith("/lake/")) await came;
  await embedded.close();
  return found;
}

/** CPU microseconds of a file. */
function mean(groups: readonly number[]): number {
  return (groups.reduce((sum, ms) => sum + ms, 0) / groups.length / GROUP) * 1000;
}

const flags = readFlags("bench gather: CPU of a file event, from the first to the last file of one gathered task.", {
  count: { default: 100_000, smoke: 4000, help: "files of the task" },
});
if (flags !== null) {
  await inScratch("gather", async (dir) => {
    // Otherwise the first tenth of the control is that of code that was not compiled yet.
    await costs(join(dir, "warm-up"), Math.min(flags.count, 10_000), "/lake/**");
    const control = await costs(join(dir, "control"), flags.count, "/nothing/**");
    const groups = await costs(join(dir, "gathered"), flags.count, "/lake/**");
    const [list = ""] = await readdir(join(dir, "gathered", "gathered"));
    const lines = (await readFile(join(dir, "gathered", "gathered", list), "utf8")).split("\n").length - 1;
    mustHold(`the task names every file (${lines} of ${flags.count})`, lines === flags.count);
    const tenth = Math.max(1, Math.floor(groups.length / 10));
    const waiting = groups.slice(0, -1);
    const [first, last] = [mean(waiting.slice(0, tenth)), mean(waiting.slice(-tenth))];
    const [controlFirst, controlLast] = [mean(control.slice(0, tenth)), mean(control.slice(-tenth))];
    reportFigure("a file of the first tenth, CPU", first, "µs", { ratio: first / controlFirst });
    reportFigure("a file of the last tenth, CPU", last, "µs", { ratio: last / controlLast });
    reportFigure("the last tenth to the first", last / first, "", { target: 1.2 });
    reportFigure("the same of the control", controlLast / controlFirst, "");
    reportFigure("the same of what gathering adds", (last - controlLast) / (first - controlFirst), "");
    reportFigure("making the task of all, CPU", (groups.at(-1) ?? 0) - mean(waiting) * (GROUP / 1000), "ms");
    reportFigure("all of it, a file, CPU", mean(groups), "µs");
  });
}
