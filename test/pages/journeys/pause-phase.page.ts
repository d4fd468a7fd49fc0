import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
`;

const SALES = `
[[phase]]
task = "load:hourly"
cron = "30 * * * *"
owner = "data"
template = "?hour={yyyy}-{mm}-{dd}T{hh}"

[[phase]]
task = "sum"
dependsOn = "load:hourly"
`;

test(
  "a phase is paused until tomorrow, which the graph, its panel, the next ticks and the schedule say, and resumed",
  {
    skip,
    timeout: 240_000,
  },
  async (t) => {
    const { url } = await serve(t, { "workflows/sales.toml": SALES }, CONFIG);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(60_000);
    await page.goto("/workflows?file=sales.toml");
    const drawn = page.getByRole("group", { name: /^sales\.toml: / });
    const node = drawn.getByRole("button", { name: /load:hourly/ }).filter({ hasNotText: "30 * * * *" });
    await node.first().click();
    const panel = page.getByRole("complementary", { name: "Side panel" });
    await panel.getByText("Starts every hour at 30 past (UTC), for that time.").waitFor();
    const next = panel.getByRole("region", { name: "Next" });
    await next.getByRole("listitem").nth(4).waitFor();

    await panel.getByRole("button", { name: "Pause…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "1 d" }).click();
    await dialog.getByLabel(/Reason/).fill("the disk is changed");
    await dialog.getByRole("button", { name: "Pause load:hourly" }).click();

    await panel.getByText(/Paused since .* until .*: the disk is changed\./).waitFor();
    await next.getByText(/^paused until /).waitFor();
    await node
      .first()
      .getByText(/^paused until /)
      .waitFor();
    // The file has no other tick: its next one is after the pause.
    const row = page.getByRole("grid", { name: "Workflow files" }).getByRole("row", { name: /sales\.toml/ });
    await row.getByText(/^\d+ \w{3} \d\d:30$/).waitFor();

    await page.getByRole("link", { name: /^Schedule/ }).click();
    await page
      .getByRole("list", { name: "State" })
      .getByText(/the disk is changed/)
      .waitFor();
    await page.goBack();

    await panel.getByRole("button", { name: "Resume" }).click();
    await panel.getByRole("button", { name: "Pause…" }).waitFor();
    await next.getByText(/^paused until /).waitFor({ state: "detached" });
    await node
      .first()
      .getByText(/^paused until /)
      .waitFor({ state: "detached" });
    assert.deepEqual(problems, []);
  },
);
