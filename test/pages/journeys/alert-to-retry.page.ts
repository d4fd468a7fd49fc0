import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const FLOW = `
[[phase]]
task = "load:daily"
cron = "0 0 0 1 1 *"
template = "/in/{yyyy}-{mm}-{dd}.csv"
retry = 0
`;

const CONFIG = `
workflow = "{config_dir}/workflows"
timezone = "UTC"
[sqlite]
local_path = "{config_dir}/tasks.db"

# It fails until somebody has repaired what it reads; then it takes a moment.
[[worker]]
type = "load"
exec = "echo reading {info}; test -e repaired || { echo cannot read {info} >&2; exit 1; }; sleep 3; echo done"
shell = true
`;

test(
  "an alert arrives, its task is found with its error, log and cause, retried, seen to complete, and the alert resolves",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url, place } = await serve(t, { "workflows/flow.toml": FLOW }, CONFIG);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(60_000);
    await page.goto("/alerts");
    await page.getByRole("heading", { level: 1, name: /Alerts/ }).waitFor();

    const made = await fetch(`${url}/api/tasks`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "load", job: "daily" }),
    });
    assert.ok(made.ok, await made.text());
    // The page is open: nobody loads it again.
    const alerts = page.getByRole("grid", { name: "Alerts" });
    await alerts.getByRole("button", { name: "load:daily" }).click();
    await alerts.getByRole("link", { name: "Open alert" }).click();
    await page.getByRole("heading", { level: 1, name: /load:daily/ }).waitFor();
    await page.getByRole("link", { name: "Open task" }).click();

    await page.getByRole("heading", { level: 1, name: /load:daily/ }).waitFor();
    const parts = page.locator("main");
    await parts.getByText("cannot read /in/").first().waitFor();
    await page.getByRole("log").getByText("cannot read /in/").waitFor();
    await page
      .getByRole("region", { name: "Why" })
      .getByText(/Created/)
      .waitFor();

    place.write("repaired", "");
    await page.getByRole("button", { name: "Retry…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Retry 1 task" }).click();
    await parts.getByRole("region", { name: "Progress" }).waitFor();
    await page.getByRole("log").getByText("done").waitFor();
    await parts.getByText("Finished: complete.").waitFor();

    // Back to the alert, over the task as it was opened.
    await page.goBack();
    await page
      .getByText(/resolved/i)
      .first()
      .waitFor();
    assert.deepEqual(problems, []);
  },
);
