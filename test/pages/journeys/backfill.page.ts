import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const CONFIG = `
timezone = "UTC"
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"

# The hour of 5 fails until somebody has repaired what it reads.
[[worker]]
type = "load"
exec = 'sleep 0.4; case "$FLOWLORD_INFO" in *T05*) test -e repaired ;; esac'
shell = true
concurrency = 2
`;
const WORKFLOW = `
[[phase]]
task = "load:orders"
cron = "0 0 * * * *"
retry = 0
template = "?date={yyyy}-{mm}-{dd}T{hh}"
`;

test(
  "last week is backfilled: paused, resumed, what failed retried, and the rest cancelled",
  {
    skip,
    timeout: 420_000,
  },
  async (t) => {
    const { url, place } = await serve(t, { "workflows/orders.toml": WORKFLOW }, CONFIG);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(60_000);
    await page.goto("/backfill");
    await page.getByRole("button", { name: /^Phase/ }).click();
    await page.getByRole("combobox", { name: "Phase" }).fill("ord");
    await page.keyboard.press("Enter");

    // All of last week is missing: 7 days of 24 hours.
    await page.getByText("168 tasks", { exact: true }).waitFor();
    await page.getByRole("radio", { name: /^Missing \d/ }).waitFor();
    await page.getByLabel("At once").last().fill("2");
    await page.waitForURL(/active=2/);
    await page.getByRole("img", { name: /Slots by day and hour/ }).press("ArrowRight");
    await page.getByText("1 new").waitFor();
    await page.getByRole("button", { name: "Create 168 tasks…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^Reason/).fill("the week was lost");
    await dialog.getByRole("button", { name: "Create 168 tasks" }).click();

    await page.waitForURL(/\/backfill\/1$/);
    await page.getByRole("img", { name: /of 168 slots done/ }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused: nothing more is created").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();

    const retry = page.getByRole("button", { name: /^Retry \d+ failed…$/ });
    await retry.waitFor();
    writeFileSync(place.path("repaired"), "");
    await retry.click();
    await dialog.getByRole("button", { name: /^Retry \d+ slots?$/ }).click();
    await page.getByText(/^Retried \d+ slots? of backfill 1\.$/).waitFor();
    await retry.waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Cancel…" }).click();
    const count = await dialog.locator("label b").innerText();
    const confirm = dialog.getByRole("button", { name: /^Cancel [\d,]+ slots$/ });
    assert.equal(await confirm.isDisabled(), true);
    await dialog.getByLabel(/^Type/).fill(count);
    await confirm.click();
    await page.getByRole("button", { name: "Cancel…" }).waitFor({ state: "detached" });
    assert.equal(await page.getByRole("button", { name: /Pause|Resume/ }).count(), 0);

    await page.getByRole("link", { name: "Backfill", exact: true }).last().click();
    await page.getByRole("link", { name: "Past" }).click();
    await page.getByRole("cell", { name: "cancelled" }).waitFor();
    assert.deepEqual(problems, []);
  },
);
