/**
 * The dashboard in headless Chromium, on a long history and while workers report results: how much it loads, how soon it can be
 * used, how fast its pages change, whether its table scrolls, and whether its memory stays. The control is an empty page.
 */
import { once } from "node:events";
import { copyFile, mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { launchBrowser, skip } from "../../test/pages/browser.ts";
import { seedDatabase, writeWorkflows } from "../seed-database/seed-database.ts";
import { mustHold, printNote, reportFigure } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { DATABASE, serveProcess } from "../support/served.ts";
import { measureGraph } from "./graph.ts";
import { measureGrid } from "./grid.ts";
import { LiveResults } from "./live-results.ts";
import { measurePreview } from "./measure-preview.ts";
import { measureBytes, measureChanges, measureMemory, measureScroll, measureStart } from "./measure.ts";

const EMPTY = "<!doctype html><html lang=en><title>Empty</title><h1>Empty</h1>";

const flags = readFlags(
  `bench web [DATABASE]: the dashboard in Chromium. Without a database that bench/seed-database filled (it is copied), one is
filled. --seconds 0 leaves out the memory.`,
  {
    tasks: { default: 10_000_000, smoke: 5000, help: "tasks of the history, when it is filled here" },
    rate: { default: 1000, smoke: 200, help: "results a second that come in meanwhile" },
    rounds: { default: 20, smoke: 1, help: "loads, and rounds of page changes, of which the median counts" },
    scroll: { default: 20, smoke: 1, help: "seconds for which the table is scrolled" },
    grid: { default: 10, smoke: 1, help: "times that a grid of 90 days and 50 phases is drawn; 0 leaves it out" },
    graph: { default: 10, smoke: 1, help: "times that a graph of 500 phases is drawn; 0 leaves it out" },
    seconds: { default: 1800, smoke: 4, help: "seconds of live updates after which the memory is compared" },
  },
);
if (flags !== null && skip !== false) printNote(skip);
else if (flags !== null) {
  const { tasks, rate, rounds, scroll, grid, graph, seconds, files } = flags;
  await inScratch("web", async (dir) => {
    const workflows = join(dir, "workflows");
    await mkdir(workflows);
    await writeWorkflows(workflows);
    const path = join(dir, DATABASE);
    const [given] = files;
    if (given === undefined) {
      const until = Date.now();
      const { filled } = await seedDatabase({ path, tasks, days: 90, seed: 1, until, search: true });
      reportFigure("filled in", filled.seconds, "s");
    } else await copyFile(given, path);
    const server = await serveProcess({ dir, workflows, bus: "memory" });
    const empty = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(EMPTY));
    empty.listen(0, "127.0.0.1");
    await once(empty, "listening");
    const emptyUrl = `http://127.0.0.1:${(empty.address() as AddressInfo).port}`;
    const browser = await launchBrowser();
    const live = new LiveResults(server.url, rate);
    try {
      live.start();
      await measureBytes(browser, server.url);
      await measureStart(browser, server.url, emptyUrl, rounds);
      await measureChanges(browser, server.url, rounds);
      await measurePreview(browser, server.url, rounds);
      await measureScroll(browser, server.url, scroll);
      if (grid > 0) await measureGrid(browser, server.url, grid);
      if (graph > 0) await measureGraph(browser, server.url, graph);
      if (seconds > 0) await measureMemory(browser, server.url, seconds);
    } finally {
      await live.stop();
      await browser.close();
      empty.close();
      await server.stop();
    }
    if (live.failed !== null) throw live.failed;
    mustHold("results came in meanwhile", live.sent > 0);
    reportFigure("results that came in", live.sent, "");
  });
}
