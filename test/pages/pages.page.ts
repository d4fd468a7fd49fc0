import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import { accessFaults, browser, type Look, openPage, skip, THEMES, WIDTHS } from "./browser.ts";
import { serve, type Served, serveSeeded } from "./server.ts";

/** How many tasks the seeded history has; `FLOWLORD_PAGES_TASKS=10k` tries the tests quickly. */
const TASKS = process.env["FLOWLORD_PAGES_TASKS"] ?? "1m";
const MOST_SHIFT = 0.05;
const TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

interface Shown {
  readonly name: string;
  /** The address; of a page of one thing, the newest is looked for. */
  readonly path: string | ((url: string) => Promise<string>);
  readonly h1: RegExp;
  /** What is there once the page has what it shows. */
  readonly filled: string;
}

const PAGES: readonly Shown[] = [
  { name: "overview", path: "/", h1: /Overview/, filled: 'section[aria-label="On duty"] li' },
  { name: "tasks", path: "/tasks", h1: /Tasks/, filled: '[role="grid"] [role="row"]:nth-child(2)' },
  {
    name: "failures",
    path: "/tasks?q=unresolved:true&as=groups",
    h1: /Tasks/,
    filled: "main li button[aria-expanded]",
  },
  { name: "system", path: "/system", h1: /System/, filled: 'main :text("connected")' },
  { name: "access", path: "/system/access", h1: /System/, filled: '[aria-label="Hours of the day"] button' },
  { name: "configuration", path: "/system/configuration", h1: /System/, filled: "main h2" },
  { name: "api", path: "/system/api", h1: /System/, filled: "main h2" },
  { name: "task", path: newestFailure, h1: /Tasks\s*\/\s*\w/, filled: "#why li" },
  { name: "alerts", path: "/alerts", h1: /Alerts/, filled: '[role="grid"] [role="row"]:nth-child(1)' },
  { name: "notifications", path: "/alerts?tab=notifications", h1: /Alerts/, filled: "main ol li" },
  {
    name: "silences",
    path: "/alerts?tab=silences&silence=%7B%7D",
    h1: /Alerts/,
    filled: '[aria-label="What it covers"] p',
  },
  { name: "alert", path: newestAlert, h1: /\w/, filled: 'section[aria-label="Occurrences"] td' },
  { name: "login", path: "/login", h1: /No login is needed/, filled: "main a" },
];

async function newestAlert(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/alerts?alert_type=retry_exhausted&limit=1`);
  const { alerts } = (await answer.json()) as { alerts: { id: number }[] };
  return `/alerts/${alerts[0]?.id}`;
}

async function newestFailure(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/tasks?query=result:error+attempt:1&limit=1`);
  const { tasks } = (await answer.json()) as { tasks: { record_id: number }[] };
  return `/tasks/${tasks[0]?.record_id}`;
}

async function show(page: Page, url: string, shown: Shown): Promise<void> {
  await page.goto(typeof shown.path === "string" ? shown.path : await shown.path(url));
  await page.locator(shown.filled).first().waitFor();
  assert.match(await page.locator("h1").innerText(), shown.h1);
  assert.equal(await page.locator("h1").count(), 1);
}

function looks(): readonly Look[] {
  return THEMES.flatMap((theme) => WIDTHS.map((width) => ({ theme, width })));
}

test("every page, in both themes and three widths", { skip, timeout: 600_000 }, async (t) => {
  let seeded: Served;
  before(async () => {
    seeded = await serveSeeded(t, TASKS);
  });
  const opened = await browser(t);
  for (const shown of PAGES)
    await t.test(shown.name, async () => {
      for (const look of looks()) {
        const { page, problems, layoutShift } = await openPage(opened, seeded.url, look);
        await show(page, seeded.url, shown);
        const of = `${shown.name}, ${look.theme}, ${look.width}`;
        await page.waitForTimeout(300);
        assert.deepEqual(problems, [], of);
        assert.deepEqual(await accessFaults(page), [], of);
        const shift = await layoutShift();
        assert.ok(shift <= MOST_SHIFT, `${of}: the layout shifted by ${shift}`);
        const overflow = await page.evaluate<number>(TOO_WIDE);
        assert.ok(overflow <= 0, `${of}: the page is ${overflow} px too wide`);
        await page.context().close();
      }
    });
});

test("an empty database says what to do", { skip, timeout: 120_000 }, async (t) => {
  const { url } = await serve(
    t,
    { "workflows/none.toml": "" },
    'workflow = "{config_dir}/workflows"\n[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n',
  );
  const opened = await browser(t);
  for (const shown of PAGES.filter(({ path }) => typeof path === "string"))
    for (const look of looks()) {
      const { page, problems } = await openPage(opened, url, look);
      await page.goto(shown.path as string);
      await page.locator("h1").waitFor();
      await page.waitForTimeout(500);
      const of = `${shown.name}, ${look.theme}, ${look.width}`;
      assert.deepEqual(problems, [], of);
      assert.deepEqual(await accessFaults(page), [], of);
      await page.context().close();
    }
});
