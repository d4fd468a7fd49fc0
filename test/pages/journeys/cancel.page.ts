import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../e2e/flowlord.ts";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
[[worker]]
type = "long"
exec = "echo begun; sleep 600"
shell = true
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("a running task is cancelled in its page, and its process is gone", { skip, timeout: 240_000 }, async (t) => {
  const { url } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
  const made = await fetch(`${url}/api/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "long", info: "?n=1" }),
  });
  assert.ok(made.ok);
  const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
  page.setDefaultTimeout(60_000);
  await page.goto("/tasks/1");
  const host = page.getByText(/, pid \d+$/);
  await host.waitFor();
  const pid = Number(/pid (\d+)/.exec(await host.innerText())?.[1]);
  assert.ok(isAlive(pid), `process ${pid}`);
  await page.getByRole("log").getByText("begun").waitFor();

  await page.getByRole("button", { name: "Cancel…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel 1 task" }).click();
  await page.getByRole("banner").or(page.locator("header")).getByText("cancelled").first().waitFor();
  await until(() => !isAlive(pid));
  assert.equal(await page.getByRole("button", { name: "Cancel…" }).count(), 0);
  assert.deepEqual(problems, []);
});
