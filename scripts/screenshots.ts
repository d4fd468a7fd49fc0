/**
 * Every page of the dashboard in both themes and three widths, on a seeded database, into screenshots/ (which Git ignores); and those
 * of README into docs/images/: `npm run screenshots [-- --tasks 100k] [--database FILE] [--only NAME,…]`. Look at each.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { seedDatabase, writeWorkflows } from "../bench/seed-database/seed-database.ts";
import { DATABASE, serveProcess } from "../bench/support/served.ts";
import { launchBrowser, type Look, openPage, THEMES, WIDTHS } from "../test/pages/browser.ts";
import { PAGES, show, type Shown } from "../test/pages/page-list.ts";

/** The pictures of README: `<page>-<theme>-<width>`. */
const SHOWN = ["overview-light-1440", "tasks-dark-1440", "task-light-1440", "alerts-dark-1440"] as const;
const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, "screenshots");
/** After what a page shows first, its charts are drawn. */
const SETTLE_MS = 1000;

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "1m" },
    database: { type: "string" },
    only: { type: "string" },
  },
});
const only = values.only?.split(",");
const failed: string[] = [];
const dir = mkdtempSync(join(tmpdir(), "flowlord-screenshots-"));
mkdirSync(FOLDER, { recursive: true });
try {
  const workflows = join(dir, "workflows");
  mkdirSync(workflows);
  await writeWorkflows(workflows);
  writeFileSync(join(workflows, "customers.jsonl"), '{"customer":"acme-0001"}\n{"customer":"acme-0002"}\n');
  await fill(join(dir, DATABASE));
  const server = await serveProcess({ dir, workflows, bus: "memory" });
  const browser = await launchBrowser();
  try {
    await unreadFailures(server.url);
    for (const page of PAGES.filter(({ name }) => only?.includes(name) ?? true)) await take(browser, server.url, page);
  } finally {
    await browser.close();
    await server.stop();
  }
  mkdirSync(join(ROOT, "docs/images"), { recursive: true });
  for (const name of SHOWN) {
    if (only?.every((page) => !name.startsWith(`${page}-`)) ?? false) continue;
    copyFileSync(join(FOLDER, `${name}.png`), join(ROOT, `docs/images/${name.replace(/-\w+-\d+$/, "")}.png`));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
for (const line of failed) console.error(line);
console.log(`The pictures are in ${FOLDER}.`);
if (failed.length > 0) process.exitCode = 1;

async function fill(path: string): Promise<void> {
  if (values.database !== undefined) {
    copyFileSync(values.database, path);
    return;
  }
  const tasks = Number(values.tasks.replace(/k$/, "000").replace(/m$/, "000000"));
  await seedDatabase({ path, tasks, days: 30, seed: 1, until: Date.now(), search: true });
}

/** Failures of the seeded history are read behind other work. */
async function unreadFailures(url: string): Promise<void> {
  for (let before = -1; ;) {
    const answer = await fetch(`${url}/api/tasks/failures`);
    const { total } = (await answer.json()) as { total: number };
    if (total === before) return;
    before = total;
    await new Promise((resolve) => setTimeout(resolve, 2 * SETTLE_MS));
  }
}

async function take(browser: Browser, url: string, shown: Shown): Promise<void> {
  for (const theme of THEMES)
    for (const width of WIDTHS) {
      const name = `${shown.name}-${theme}-${width}`;
      const look: Look = { theme, width, height: width < 720 ? 844 : 900, reducedMotion: true };
      const { page, problems } = await openPage(browser, url, look);
      try {
        await show(page, url, shown);
        await page.waitForTimeout(SETTLE_MS);
      } catch (error) {
        problems.push(String(error));
      }
      await page.screenshot({ path: join(FOLDER, `${name}.png`) });
      failed.push(...problems.map((problem) => `${name}: ${problem}`));
      await page.context().close();
    }
}
