import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const WAIT = { timeout: 60_000 };
const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"

# Each fails until somebody has repaired what it reads.
[[worker]]
type = "load"
exec = "test -e repaired || { echo cannot read {info} >&2; exit 1; }"
shell = true

[[worker]]
type = "check"
exec = "echo no table for day $RANDOM >&2; exit 1"
shell = true
`;

async function make(url: string, type: string, info: string): Promise<void> {
  const answer = await fetch(`${url}/api/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type, info }),
  });
  assert.ok(answer.ok, await answer.text());
}

test(
  "failures stand in groups by what went wrong, and one press retries a group, which goes",
  {
    skip,
    timeout: 300_000,
  },
  async (t) => {
    const { url, place } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
    for (const day of [13, 14, 15]) await make(url, "load", `/in/2026-01-${day}.csv`);
    await make(url, "check", "");

    const { page, problems } = await openPage(await browser(t), url, { theme: "dark", width: 1440 });
    page.setDefaultTimeout(60_000);
    await page.goto("/tasks");
    await page
      .getByRole("navigation", { name: "Views" })
      .getByRole("link", { name: /^Failures/ })
      .click();
    const loads = page.getByRole("listitem").filter({ hasText: "cannot read" }).first();
    await loads.getByText("3 times").waitFor(WAIT);
    await page.getByRole("listitem").filter({ hasText: "no table for day" }).first().waitFor(WAIT);
    await loads.getByRole("button", { name: /cannot read/ }).click();
    await loads.getByText("/in/2026-01-14.csv").first().waitFor();

    place.write("repaired", "");
    await loads.getByRole("button", { name: "Retry 3…" }).click();
    await page.getByRole("button", { name: "Retry 3 tasks" }).click();
    await page.getByText("Retried 3 tasks.").waitFor();
    await page
      .getByRole("listitem")
      .filter({ hasText: "cannot read" })
      .waitFor({ state: "detached", ...WAIT });
    await page.getByRole("listitem").filter({ hasText: "no table for day" }).first().waitFor();
    assert.deepEqual(problems, []);
  },
);
