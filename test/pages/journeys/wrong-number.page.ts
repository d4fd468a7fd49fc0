import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";
import { report } from "./report-file.ts";

const WAIT = { timeout: 60_000 };
const PATH = "/out/orders/2026-01-14.csv";
const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"

[[worker]]
type = "extract"
exec = ["true"]

[[worker]]
type = "report"
exec = ["true"]
`;
const FLOW = `[[phase]]
task = "extract:orders"
cron = "0 5 1 1 *"

[[phase]]
task = "report:revenue"
files_glob = "/out/orders/*.csv"
`;

test(
  "from a wrong number in a report back to its file, and to the task that wrote it",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url } = await serve(t, { "workflows/orders.toml": FLOW }, CONFIG);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });

    // The task that writes the file names it; then the file comes, and its report is made.
    const made = await fetch(`${url}/api/tasks`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "extract", job: "orders", at: "2026-01-14", info: `?to=${PATH}` }),
    });
    assert.ok(made.ok, await made.text());
    await page.goto("/tasks/1");
    await page.getByText("complete", { exact: true }).first().waitFor(WAIT);
    await report(url, PATH);

    await page.goto("/tasks?q=type:report");
    await page.getByRole("row", { name: /revenue/ }).dblclick(WAIT);
    await page.getByRole("heading", { level: 2, name: "report:revenue" }).waitFor(WAIT);
    await page.getByRole("link", { name: PATH }).first().click(WAIT);
    await page.getByRole("heading", { level: 2, name: PATH }).waitFor(WAIT);
    const writer = page.getByRole("region", { name: "Written by" });
    await writer.getByText("complete").waitFor(WAIT);
    await page.getByRole("region", { name: "Started" }).getByRole("link", { name: "report:revenue" }).waitFor(WAIT);
    await writer.getByRole("link", { name: "extract:orders" }).click(WAIT);
    await page.getByRole("heading", { level: 2, name: "extract:orders" }).waitFor(WAIT);
    // Its run has the file and the report after it.
    await page.locator("#run").getByText("report:revenue").waitFor(WAIT);
    assert.deepEqual(problems, []);
  },
);
