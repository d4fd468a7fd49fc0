import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const WAIT = { timeout: 60_000 };
const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"

[[worker]]
type = "load"
exec = """printf '{"progress": 0.4, "msg": "3 of 7 files"}\\\\n' >&3; sleep 300"""
shell = true
concurrency = 2

[[worker]]
type = "check"
exec = ["true"]
`;

async function make(url: string, type: string, job: string): Promise<void> {
  const answer = await fetch(`${url}/api/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type, job, info: "?day=2026-01-14" }),
  });
  assert.ok(answer.ok, await answer.text());
}

test(
  "what runs says how far it is, and rows stay while something is selected",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
    await make(url, "load", "first");
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(WAIT.timeout);
    await page.goto("/tasks?q=");
    const grid = page.getByRole("grid", { name: "Tasks" });
    const row = grid.getByRole("row", { name: /first/ });
    await row.getByText("running").waitFor();
    await row.getByText("3 of 7 files").waitFor();
    await row.getByRole("img", { name: "40 %" }).waitFor();

    // It follows what happens.
    await make(url, "check", "second");
    await grid
      .getByRole("row", { name: /second/ })
      .getByText("complete")
      .waitFor();

    // While something is selected it says how many wait.
    await grid.focus();
    await page.keyboard.press("x");
    await page.getByText("1 selected").waitFor();
    for (let at = 0; at < 12; at++) await make(url, "check", "third");
    await page.getByText("Live is paused: 12 new").waitFor();
    assert.equal(await grid.getByRole("row", { name: /third/ }).count(), 0);
    await page.keyboard.press("Escape");
    await grid.getByRole("row", { name: /third/ }).first().waitFor();
    assert.deepEqual(problems, []);
  },
);
