import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { until } from "../../e2e/flowlord.ts";
import { serve } from "../server.ts";

const FLOW = `
[[phase]]
task = "extract:daily"
cron = "0 0 0 1 1 *"

[[phase]]
task = "load:daily"
dependsOn = "extract:daily"

[[phase]]
task = "check:yearly"
cron = "0 0 0 1 1 *"
`;

const CONFIG = `
workflow = "{config_dir}/workflows"
timezone = "UTC"
[sqlite]
local_path = "{config_dir}/tasks.db"

[[worker]]
type = "check"
exec = ["true"]
`;

test("why did load:daily not run this morning, in under five clicks", { skip, timeout: 180_000 }, async (t) => {
  const { url } = await serve(t, { "workflows/flow.toml": FLOW }, CONFIG);
  await finish(url, "check", "yearly");
  const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
  page.setDefaultTimeout(30_000);
  await page.goto("/tasks");
  await page.getByRole("combobox", { name: "Search tasks" }).fill("type:load job:daily created:today");
  await page.keyboard.press("Enter");
  await page.getByText("No task matches").first().waitFor();
  await page.getByRole("link", { name: "Why did load:daily not run today?" }).click();
  await page.getByRole("heading", { name: "Why did it not run?" }).waitFor();
  await page
    .getByText(/extract:daily/)
    .first()
    .waitFor();
  assert.match(await page.locator("main").innerText(), /load:daily[\s\S]*extract:daily/);

  // From anywhere: the palette knows the phase.
  await page.getByRole("link", { name: "Overview" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Commands and names" }).fill("why load:daily");
  await page.getByRole("option", { name: "Why did load:daily not run?" }).click();
  await page.getByRole("heading", { level: 2, name: /load:daily/ }).waitFor();

  // The overview names what has no task today, and has a row of what has.
  await page.getByRole("link", { name: "Overview" }).first().click();
  await page.getByRole("link", { name: "load:daily", exact: true }).click();
  await page.getByRole("heading", { level: 2, name: /load:daily/ }).waitFor();
  await page.getByRole("link", { name: "Overview" }).first().click();
  await page.getByRole("link", { name: "Why did check:yearly not run?" }).click();
  await page.getByRole("heading", { level: 2, name: /check:yearly/ }).waitFor();
  assert.deepEqual(problems, []);
});

/** Until a worker has done it: without any result the overview shows first steps. */
async function finish(url: string, type: string, job: string): Promise<void> {
  const made = await fetch(`${url}/api/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type, job }),
  });
  assert.ok(made.ok, await made.text());
  await until(async () => {
    const answer = await fetch(`${url}/api/tasks?query=state:finished`);
    return ((await answer.json()) as { tasks: unknown[] }).tasks.length > 0;
  });
}
