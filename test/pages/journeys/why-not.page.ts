import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const FLOW = `
[[phase]]
task = "extract:daily"
cron = "0 0 0 1 1 *"

[[phase]]
task = "load:daily"
dependsOn = "extract:daily"
`;

test("why did load:daily not run this morning, in under five clicks", { skip, timeout: 180_000 }, async (t) => {
  const { url } = await serve(
    t,
    { "workflows/flow.toml": FLOW },
    'workflow = "{config_dir}/workflows"\ntimezone = "UTC"\n[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n',
  );
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
  assert.deepEqual(problems, []);
});
