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
  "failures stand in groups by what went wrong: a group that is retried goes, and so do failures that are marked resolved",
  {
    skip,
    timeout: 300_000,
  },
  async (t) => {
    const { url, place } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
    for (const day of [13, 14, 15]) await make(url, "load", `/in/2026-01-${day}.csv`);
    for (const part of ["a", "b", "c"]) await make(url, "check", part);

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
    await loads.waitFor({ state: "detached", ...WAIT });
    const checks = page.getByRole("listitem").filter({ hasText: "no table for day" }).first();
    await checks.getByText("3 times").waitFor(WAIT);

    // One on its page, from the palette.
    const dialog = page.getByRole("dialog");
    const mark = async (what: string): Promise<void> => {
      await dialog.getByLabel(/^Reason/).fill("the day has no data");
      await dialog.getByRole("button", { name: `Mark ${what} resolved` }).click();
      await page.getByText(`Marked ${what}.`).waitFor();
    };
    await checks.getByRole("button", { name: /no table for day/ }).click();
    await checks
      .getByRole("link", { name: /no table for day/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Mark resolved…" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("mark it");
    await page.getByRole("option", { name: /^Mark it resolved…/ }).click();
    await mark("1 task");
    await page.getByRole("button", { name: "Mark resolved…" }).waitFor({ state: "detached" });

    // One in the list, and the last with its group.
    await page.goBack();
    await checks.getByText("2 times").waitFor(WAIT);
    await page.getByRole("button", { name: "List", exact: true }).click();
    const rows = page.getByRole("grid", { name: "Tasks" }).getByRole("row");
    await rows.nth(1).getByRole("checkbox").check();
    await page.getByRole("button", { name: "Mark 1 resolved…" }).click();
    await mark("1 task");
    await page.getByRole("button", { name: "By error", exact: true }).click();
    await checks.getByText("once").waitFor(WAIT);
    await checks.getByRole("button", { name: "Mark 1 resolved…" }).click();
    await mark("1 task");
    await checks.waitFor({ state: "detached", ...WAIT });
    await page.goto("/tasks?q=result%3Askipped%20type%3Acheck");
    await rows.nth(3).waitFor();
    assert.deepEqual(problems, []);
  },
);
