import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { until } from "../../e2e/flowlord.ts";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const WAIT = { timeout: 30_000 };

const FLOW = `
[[phase]]
task = "load:noisy"
cron = "0 0 1 1 *"
template = "?day={yyyy}-{mm}-{dd}"
retry = 0

[[phase]]
task = "report:daily"
cron = "0 0 1 1 *"
template = "?day={yyyy}-{mm}-{dd}"
retry = 0
`;

interface Posted {
  readonly kind: string;
  readonly text: string;
}

/** Somebody who is notified. */
async function receiver(t: TestContext): Promise<{ readonly url: string; readonly told: readonly Posted[] }> {
  const told: Posted[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      told.push(JSON.parse(body) as Posted);
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told };
}

test(
  "who is on duty silences a noisy job for two hours, and sees before what that covers",
  { skip, timeout: 240_000 },
  async (t) => {
    const ops = await receiver(t);
    const { url } = await serve(
      t,
      { "workflows/flow.toml": FLOW },
      `
workflow = "{config_dir}/workflows"
timezone = "UTC"
[sqlite]
local_path = "{config_dir}/tasks.db"
[[channel]]
name = "ops"
kind = "webhook"
url = "${ops.url}"
min_frequency = "1s"
max_frequency = "2s"
send_resolved = false
[[worker]]
type = "load"
exec = ["sh", "-c", "echo connection refused >&2; exit 1"]
[[worker]]
type = "report"
exec = ["sh", "-c", "echo no rows >&2; exit 1"]
`,
    );
    const fail = async (type: string, job: string, day: string): Promise<void> => {
      const { status } = await fetch(`${url}/api/tasks`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-flowlord": "1" },
        body: JSON.stringify({ type, job, at: day }),
      });
      assert.equal(status, 200);
    };
    const openAlerts = async (): Promise<number> => {
      const answer = (await (await fetch(`${url}/api/alerts?state=open`)).json()) as { alerts: unknown[] };
      return answer.alerts.length;
    };
    for (const day of ["2026-01-01", "2026-01-02", "2026-01-03"]) await fail("load", "noisy", day);
    await until(
      async () => (await openAlerts()) === 3 && ops.told.some(({ text }) => text.includes("load:noisy")),
      100,
    );
    const before = ops.told.length;
    await fail("report", "daily", "2026-01-01");
    await until(() => ops.told.length > before && ops.told.some(({ text }) => text.includes("report:daily")), 100);

    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    await page.goto("/");
    await page
      .getByRole("link", { name: /Alerts/ })
      .first()
      .click();
    await page.getByRole("heading", { level: 1, name: "Alerts" }).waitFor(WAIT);

    // The line of the summary shows only the alerts of the job.
    const open = page.getByRole("region", { name: "Open", exact: true });
    await open.getByText("load:noisy").click(WAIT);
    await page.getByRole("button", { name: "Remove job:noisy" }).waitFor(WAIT);
    await page.getByRole("grid", { name: "Alerts" }).getByText("load:noisy").first().waitFor(WAIT);
    assert.equal(await page.getByRole("grid", { name: "Alerts" }).getByText("report:daily").count(), 0);

    await page.keyboard.press("x");
    await page.keyboard.press("s");
    const panel = page.getByRole("region", { name: "New silence" });
    await panel.waitFor(WAIT);
    assert.equal(await panel.getByLabel("Value of type").inputValue(), "load");
    assert.equal(await panel.getByLabel("Value of job").inputValue(), "noisy");
    await panel.getByText("Covers 3 of 4 open alerts").waitFor(WAIT);
    await panel.getByText(/would have held back/).waitFor(WAIT);
    await panel.getByText("Not covered: report:daily 1").waitFor(WAIT);
    assert.equal(await panel.getByRole("button", { name: "2 h", exact: true }).getAttribute("aria-pressed"), "true");

    // The preview follows what is typed.
    await panel.getByLabel("Value of type").fill("report");
    await panel.getByLabel("Value of job").fill("*");
    await panel.getByText("Covers 1 of 4 open alerts").waitFor(WAIT);
    await panel.getByLabel("Value of type").fill("load");
    await panel.getByLabel("Value of job").fill("noisy");
    await panel.getByText("Covers 3 of 4 open alerts").waitFor(WAIT);

    await panel.getByLabel("Note").fill("The warehouse is being moved");
    await panel.getByRole("button", { name: "Silence 3 alerts" }).click();
    await page.getByText(/Silenced 3 alerts until/).waitFor(WAIT);
    await until(async () => (await openAlerts()) === 1, 100);
    // The list of open ones is empty, and says which condition empties it.
    const emptying = page.getByRole("paragraph").filter({ hasText: "3 match without state:open." });
    await emptying.getByRole("button", { name: "Remove it" }).click(WAIT);
    await page.getByRole("grid", { name: "Alerts" }).getByText("silenced").first().waitFor(WAIT);

    // What comes is silent too, and the others are not.
    const told = ops.told.length;
    await fail("load", "noisy", "2026-01-04");
    await fail("report", "daily", "2026-01-02");
    await until(() => ops.told.length > told, 100);
    assert.ok(ops.told.slice(told).every(({ text }) => !text.includes("load:noisy")));

    await page.getByRole("link", { name: /Silences/ }).click();
    const silences = page.getByRole("region", { name: "Silences" });
    await silences.getByText("The warehouse is being moved").waitFor(WAIT);
    await silences.getByText(/in force/).waitFor(WAIT);
    await silences.getByText(/ends in 1 h/).waitFor(WAIT);

    // Ended early, its alerts are open again.
    await silences.getByRole("button", { name: "End now" }).click();
    await silences.getByText("No silence is in force").waitFor(WAIT);
    await until(async () => (await openAlerts()) >= 5, 100);
    assert.deepEqual(problems, []);
  },
);
