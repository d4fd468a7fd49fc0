import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../e2e/flowlord.ts";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const FLOW = `
[[phase]]
task = "extract:orders"
rule = "cron=0 * * * *"
template = "?hour={yyyy}-{mm}-{dd}T{hh}"

[[phase]]
task = "load:orders"
dependsOn = "extract:orders"
rule = "retry_delay=4s"
retry = 1
template = "?hour={yyyy}-{mm}-{dd}T{hh}"
`;

/** The first attempt at the hour that is slow fails: its folder is not there yet. */
const CONFIG = `
workflow = "{config_dir}/workflows"
timezone = "UTC"
[sqlite]
local_path = "{config_dir}/tasks.db"

[[worker]]
type = "extract"
exec = ["true"]

[[worker]]
type = "load"
exec = 'case {info} in *T13) mkdir seen 2>/dev/null && { echo "disk is full"; exit 1; };; esac; echo done'
shell = true
`;

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** As the phase would at this hour of yesterday, until what follows it is done. */
async function run(url: string, hour: number, tasks: number): Promise<void> {
  const at = `${yesterday}T${String(hour).padStart(2, "0")}`;
  const made = await fetch(`${url}/api/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "extract", job: "orders", at }),
  });
  assert.ok(made.ok, await made.text());
  await until(async () => {
    const answer = await fetch(`${url}/api/tasks?query=${encodeURIComponent(`task_time:${at} state:finished`)}`);
    return ((await answer.json()) as { tasks: unknown[] }).tasks.length >= tasks;
  });
}

test(
  "a run was slow: from the grid to its Gantt chart, the sentence that says why, and its log",
  { skip, timeout: 240_000 },
  async (t) => {
    const { url } = await serve(t, { "workflows/orders.toml": FLOW }, CONFIG);
    for (const hour of [10, 11, 12]) await run(url, hour, 2);
    await run(url, 13, 3);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(30_000);

    // The grid: the keys lead to the slot, which says that its task was tried twice.
    await page.goto(`/workflows/grid?file=orders.toml&last=${yesterday}`);
    const grid = page.getByRole("img", { name: /^Task times of orders\.toml/ });
    await grid.focus();
    const readout = page.getByText(`${yesterday}T13`, { exact: true }).first();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Home");
    // Two days are shown: the hours of the day before come first.
    for (let hour = 0; hour < 24 + 13; hour++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await readout.waitFor();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary", { name: "Side panel" });
    await panel.getByText("2 of 2").waitFor();
    await panel
      .getByText(/disk is full|exit/)
      .first()
      .waitFor();

    // Its run.
    await panel.getByRole("link", { name: "Its run" }).click();
    await page.getByText(/^This run took \d+\.?\d* s/).waitFor();
    const main = page.locator("main");
    await main
      .getByText(/because/)
      .filter({ hasText: /load:orders failed at \d\d/ })
      .waitFor();
    await main.getByText(/it waited for retries/).waitFor();
    const chart = page.getByRole("table", { name: /^Tasks of the run/ });
    assert.deepEqual(
      (await chart.getByRole("rowheader").allInnerTexts()).map((name) => name.trim()),
      ["orders.toml", "extract:orders", "load:orders"],
    );
    await panel.getByRole("heading", { name: "Attempt 1 of 2" }).waitFor();
    assert.match(page.url(), /row=\d+/);

    // Another run, by keys: the hour before was as usual.
    await page.getByRole("img", { name: /^How long each task time/ }).focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.getByText(`${yesterday}T12`, { exact: true }).first().waitFor();
    await page.waitForFunction("!document.querySelector('main')?.textContent?.includes('failed at')");
    await page.goBack();
    await main
      .getByText(/load:orders failed at/)
      .first()
      .waitFor();

    // The log of the attempt that failed.
    await chart.getByRole("link", { name: "load:orders" }).click();
    await panel.getByRole("link", { name: "Whole log" }).first().click();
    await page.getByRole("log").getByText("disk is full").waitFor();
    assert.deepEqual(problems, []);
  },
);
