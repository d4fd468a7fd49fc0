import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const DAILY = `
[[phase]]
task = "check:freshness"
rule = "cron=30 2 * * *&timezone=Europe/Berlin"

[[phase]]
task = "report:daily"
rule = "cron=0 6 * * *&timezone=Europe/Berlin"
`;
const HOURLY = `
[[phase]]
task = "load:partner"
rule = "cron=*/20 * * * *"

[[phase]]
task = "sum"
dependsOn = "load:partner"
`;

const CONFIG = `
workflow = "{config_dir}/workflows"
timezone = "UTC"
[sqlite]
local_path = "{config_dir}/tasks.db"
`;

test(
  "the tick that a change of clocks skips or doubles is found from the schedule",
  { skip, timeout: 240_000 },
  async (t) => {
    const { url } = await serve(t, { "workflows/reports/daily.toml": DAILY, "workflows/hourly.toml": HOURLY }, CONFIG);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(30_000);
    await page.goto("/workflows");
    await page.getByRole("link", { name: "Schedule", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Schedule" }).waitFor();

    // The sentence says which tick, when, and why.
    const state = page.getByRole("list", { name: "State" });
    const sentence = state.getByRole("listitem").filter({ hasText: "check:freshness" });
    await sentence.waitFor();
    assert.match(
      await sentence.innerText(),
      /check:freshness (misses its tick of|ticks twice on)\s+Sun \d+ (March|October)[ \d]*, 02:30\s+in Berlin: clocks go (forward and that time does not exist|back and that time comes twice)\./,
    );
    await sentence.getByRole("link", { name: "See below" }).click();
    const effects = page.getByRole("complementary", { name: "What the clock change does" });
    await effects.getByText(/Does not tick|Ticks twice/).waitFor();
    assert.match(await effects.innerText(), /reports\/daily\.toml line \d+\. Write 03:30, or timezone=UTC\./);
    await effects
      .getByText(/report:daily, as always in Berlin; in UTC at 0\d:00 from .* on, instead of 0\d:00\./)
      .waitFor();

    // The change after it does the other thing, and Back is not needed to come home.
    const first = await effects.innerText();
    await page.getByRole("button", { name: "Change after" }).click();
    await effects.getByText(/Does not tick/.test(first) ? "Ticks twice" : "Does not tick").waitFor();
    await page.getByRole("button", { name: "Change before" }).click();
    await effects.getByText(/Does not tick/.test(first) ? "Does not tick" : "Ticks twice").waitFor();

    // From the sentence to the line that has to be mended.
    await sentence.getByRole("link", { name: /^Show line \d+$/ }).click();
    await page.waitForURL(/\/workflows\/source\?file=reports/);
    assert.deepEqual(problems, []);
  },
);

test("a paused phase is said first on the schedule, and resumed there", { skip, timeout: 240_000 }, async (t) => {
  const { url } = await serve(t, { "workflows/hourly.toml": HOURLY }, CONFIG);
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const paused = await fetch(`${url}/api/workflows/phases/load:partner/pause`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ reason: "the bucket moves", until }),
  });
  assert.ok(paused.ok, await paused.text());
  const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
  page.setDefaultTimeout(30_000);
  await page.goto("/workflows/schedule");
  const state = page.getByRole("list", { name: "State" });
  await state.getByText(/“the bucket moves” It goes on by itself/).waitFor();
  assert.match(await state.innerText(), /load:partner is paused since/);
  // Its lane is there too, by the keys.
  const lanes = page.getByRole("group", { name: /^Ticks by phase/ });
  await lanes.focus();
  await page.keyboard.press("ArrowDown");
  await page
    .getByRole("region", { name: "Ticks" })
    .getByText(/^3 ticks$|^2 ticks$|^1 tick$/)
    .waitFor();
  await state.getByRole("button", { name: "Resume" }).click();
  await page.getByText("Resumed load:partner.").waitFor();
  await state.waitFor({ state: "detached" });

  // The list has its ticks again, and a week and a month the load.
  await page.getByRole("button", { name: "List" }).click();
  await page
    .getByRole("region", { name: "Coming ticks" })
    .getByRole("link", { name: "load:partner" })
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Month" }).click();
  await page.getByRole("heading", { name: "Load by day" }).waitFor();
  assert.match(page.url(), /span=month/);
  await page.goBack();
  await page.getByRole("heading", { name: "Coming ticks" }).waitFor();
  assert.deepEqual(problems, []);
});
