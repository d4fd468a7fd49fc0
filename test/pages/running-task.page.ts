import assert from "node:assert/strict";
import { test } from "node:test";
import { accessFaults, browser, openPage, skip, THEMES } from "./browser.ts";
import { serve } from "./server.ts";

const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"

[[worker]]
type = "load"
exec = "echo reading {info}; sleep 600"
shell = true

[[worker]]
type = "quiet"
exec = ["sleep", "600"]
`;
const MOST_SHIFT = 0.05;

test(
  "the page of a task that runs stays where it is, with an output and without one",
  {
    skip,
    timeout: 300_000,
  },
  async (t) => {
    const { url } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
    const opened = await browser(t);
    for (const [record, type] of [
      [1, "load"],
      [2, "quiet"],
    ] as const) {
      const made = await fetch(`${url}/api/tasks`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ type, job: "daily", info: "/in/2026-01-14.csv" }),
      });
      assert.ok(made.ok, await made.text());
      const known = type === "load" ? /reading \/in/ : /has no log/;
      const first = await openPage(opened, url, { theme: "light", width: 1440 });
      await first.page.goto(`/tasks/${record}`);
      await first.page.getByRole("region", { name: "Log" }).getByText(known).first().waitFor();
      await first.page.context().close();
      // It runs, and what it has written is known: nothing more comes.
      for (const theme of THEMES) {
        const { page, problems, layoutShift } = await openPage(opened, url, { theme, width: 1440 });
        await page.goto(`/tasks/${record}`);
        await page.getByRole("region", { name: "Progress" }).waitFor();
        await page.getByRole("region", { name: "Log" }).getByText(known).first().waitFor();
        await page.waitForTimeout(1500);
        const of = `${type}, ${theme}`;
        assert.deepEqual(problems, [], of);
        assert.deepEqual(await accessFaults(page), [], of);
        const shift = await layoutShift();
        assert.ok(shift <= MOST_SHIFT, `${of}: the layout shifted by ${shift}`);
        await page.context().close();
      }
    }
  },
);
