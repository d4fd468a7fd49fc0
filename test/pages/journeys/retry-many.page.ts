import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const FAILED = 1342;
const WAIT = { timeout: 120_000 };
const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"

# Fails until somebody has repaired what it reads.
[[worker]]
type = "load"
exec = ["test", "-e", "repaired"]
concurrency = 16

[[worker]]
type = "check"
exec = ["true"]
concurrency = 16
`;

/** Asks for the task of a file, as a script would. */
async function make(url: string, type: string, file: string): Promise<void> {
  const meta = new URLSearchParams({ file }).toString();
  const answer = await fetch(`${url}/api/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type, job: "orders", info: `?path=${file}`, meta }),
  });
  assert.ok(answer.ok, await answer.text());
}

/** Waits until so many tasks match. */
async function found(url: string, query: string, count: number): Promise<void> {
  for (let tasks = -1; tasks !== count; await pause(500)) {
    const answer = await fetch(`${url}/api/tasks/select`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    // While records wait to be indexed it is refused.
    if (answer.ok) tasks = ((await answer.json()) as { readonly record_ids: readonly number[] }).record_ids.length;
  }
}

test(
  "search the failed loads of compressed files, select all 1,342, retry them",
  { skip, timeout: 600_000 },
  async (t) => {
    const { url, place } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
    const files = Array.from({ length: FAILED }, (_, at) => `/in/orders-${String(at).padStart(4, "0")}.csv.gz`);
    for (let at = 0; at < files.length; at += 50)
      await Promise.all(files.slice(at, at + 50).map((file) => make(url, "load", file)));
    // What must not be among them: of other files, and what went well.
    await Promise.all([1, 2, 3].map((at) => make(url, "load", `/in/orders-${at}.csv`)));
    await Promise.all([1, 2, 3].map((at) => make(url, "check", `/in/orders-${at}.csv.gz`)));
    await found(url, "type:load result:error", FAILED + 3);

    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(60_000);
    await page.goto("/");
    await page.getByRole("link", { name: /Tasks/ }).first().click();
    await page.getByRole("button", { name: "Remove created:today" }).click();
    await page.getByRole("combobox", { name: "Search tasks" }).fill("meta.file:*.gz result:error created>-2d");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove meta.file:*.gz" }).waitFor();
    await page.getByRole("grid", { name: "Tasks" }).getByRole("row").nth(1).waitFor();

    await page.keyboard.press("Escape");
    await page.getByRole("grid", { name: "Tasks" }).focus();
    await page.keyboard.press("x");
    await page.getByText("1 selected").waitFor();
    await page.getByRole("button", { name: /^Select all/ }).click();
    await page.getByText("1,342 selected").waitFor();

    place.write("repaired", "");
    await page.getByRole("button", { name: "Retry 1,342…" }).click();
    await page.getByRole("dialog", { name: "Retry 1,342 tasks?" }).waitFor();
    await page.getByRole("button", { name: "Retry 1,342 tasks" }).click();
    await page.getByText("Retried 1,342 tasks.").waitFor(WAIT);

    await found(url, "meta.file:*.gz type:load result:complete", FAILED);
    await page.getByRole("button", { name: "Remove result:error" }).click();
    const search = page.getByRole("combobox", { name: "Search tasks" });
    await search.fill("type:load result:complete");
    await search.press("Enter");
    await page
      .getByRole("heading", { name: /^1,34[2-9] tasks/ })
      .or(page.getByText("and more"))
      .first()
      .waitFor(WAIT);
    assert.deepEqual(problems, []);
  },
);
