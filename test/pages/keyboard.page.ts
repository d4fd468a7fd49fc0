import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../e2e/flowlord.ts";
import { atRest, browser, openPage, skip } from "./browser.ts";
import { serve } from "./server.ts";

const WAIT = { timeout: 60_000 };
/** No page of this small instance has more places than that. */
const MOST_TABS = 400;
const PASSWORD = "correct horse battery";

const FLOW = `
[[phase]]
task = "load:orders"
cron = "0 0 1 1 *"
template = "?day={yyyy}-{mm}-{dd}"
retry = 0
`;
const CONFIG = `
workflow = "{config_dir}/workflows"
timezone = "UTC"
[sqlite]
local_path = "{config_dir}/tasks.db"
[[worker]]
type = "load"
exec = "test -e repaired || { echo connection refused >&2; exit 1; }"
shell = true
`;

interface Focused {
  /** Its role or tag, and its name. */
  readonly text: string;
  readonly isSeen: boolean;
}

/** Runs in the page: what has the focus, and whether one sees that it has. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const name = element.getAttribute("aria-label") ?? (element.labels?.[0]?.innerText || element.innerText || element.title || "");
  const isShown = (of) => { const { outlineStyle, boxShadow } = getComputedStyle(of); return outlineStyle !== "none" || boxShadow !== "none"; };
  // A field in a frame shows it by the frame.
  const isSeen = isShown(element) || element.matches("input, textarea") || isShown(element.parentElement);
  return { text: name.trim().replaceAll(/\\s+/g, " "), isSeen };
})()`;

/** Runs in the page: what can be reached, and was not. Call it with the marks that FOCUSED's walk has left. */
const MISSED = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((element) => element.tabIndex >= 0 && !element.disabled && !element.hasAttribute("data-reached") && element.checkVisibility())
  .map((element) => element.outerHTML.slice(0, 120))`;

function focused(page: Page): Promise<Focused | null> {
  return page.evaluate<Focused | null>(FOCUSED);
}

/** Presses Tab until what is called so has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at !== null && name.test(at.text)) return;
  }
  assert.fail(`Tab never reaches ${String(name)}`);
}

/** Tab reaches all that can be pressed or filled, and shows each time where it is. */
async function reachesAll(page: Page, of: string): Promise<void> {
  const unseen: string[] = [];
  await page.evaluate("document.activeElement?.blur()");
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press("Tab");
    const isNew = await page.evaluate<boolean>(`(() => {
      const { activeElement: at } = document;
      if (at === null || at === document.body || at.hasAttribute("data-reached")) return false;
      at.setAttribute("data-reached", "");
      return true;
    })()`);
    if (!isNew) break;
    const at = await focused(page);
    if (at !== null && !at.isSeen) unseen.push(at.text);
  }
  assert.deepEqual(await page.evaluate(MISSED), [], `${of}: what Tab does not reach`);
  assert.deepEqual(unseen, [], `${of}: what does not show that it has the focus`);
}

async function post(url: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.text());
}

test("the keyboard alone reaches and does everything", { skip, timeout: 600_000 }, async (t) => {
  const { url, place } = await serve(t, { "workflows/flow.toml": FLOW }, CONFIG);
  for (const day of ["2026-01-01", "2026-01-02", "2026-01-03"])
    await post(url, "/api/tasks", { type: "load", job: "orders", at: day });
  await until(async () => {
    const found = (await (await fetch(`${url}/api/alerts?state=open`)).json()) as { alerts: unknown[] };
    return found.alerts.length === 3;
  }, 100);
  await post(url, "/api/users", { name: "ada", role: "admin", password: PASSWORD });

  const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 }, [401]);
  page.setDefaultTimeout(WAIT.timeout);
  const { keyboard } = page;
  const title = (name: RegExp): Promise<void> => page.getByRole("heading", { level: 1, name }).waitFor(WAIT);

  await t.test("logs in", async () => {
    await page.goto("/");
    await page.getByLabel("Name").waitFor();
    await tabTo(page, /^Name/);
    await keyboard.type("ada");
    await tabTo(page, /^Password/);
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    await title(/Overview/);
  });

  await t.test("selects a task in the list, retries it in the dialog, and opens it", async () => {
    place.write("repaired", "");
    await page.getByRole("region", { name: "On duty" }).waitFor();
    await keyboard.press("g");
    await keyboard.press("t");
    await title(/Tasks/);
    await page.getByRole("row").nth(3).waitFor();
    await keyboard.press("j");
    await keyboard.press("x");
    await page.locator('[role="row"][aria-selected="true"]').waitFor();
    await keyboard.press("e");
    await page.getByRole("dialog", { name: "Retry 1 task?" }).waitFor();
    await tabTo(page, /^Reason/);
    await keyboard.type("by keys");
    await tabTo(page, /^Retry 1 task/);
    await keyboard.press("Enter");
    await page.getByText("Retried 1 task.").waitFor();
    await keyboard.press("Escape");
    await keyboard.press("j");
    await keyboard.press("Enter");
    await title(/load/);
  });

  await t.test("runs a command of the palette, and comes back by another", async () => {
    await keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Commands and names" }).waitFor();
    await keyboard.type("alerts");
    await page.getByRole("option", { name: /^Alerts/ }).waitFor();
    await keyboard.press("Enter");
    await title(/Alerts/);
  });

  await t.test("silences an alert", async () => {
    await page.getByRole("grid", { name: "Alerts" }).getByText("load:orders").first().waitFor();
    await keyboard.press("j");
    await keyboard.press("x");
    await keyboard.press("s");
    await tabTo(page, /^2 h$/);
    await keyboard.press("Enter");
    await tabTo(page, /^Silence/);
    await keyboard.press("Enter");
    await page
      .getByText(/^Silenced/)
      .first()
      .waitFor();
  });

  await t.test("changes tabs, shows the keys and leaves them", async () => {
    await keyboard.press("g");
    await keyboard.press("s");
    await title(/System/);
    await tabTo(page, /^Configuration/);
    await keyboard.press("Enter");
    await page.waitForURL(/configuration/);
    await keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  for (const path of [
    "/",
    "/tasks",
    "/tasks/1",
    "/alerts",
    "/system",
    "/system/access",
    "/system/configuration",
    "/system/api",
  ])
    await t.test(`reaches all of ${path}`, async () => {
      await page.goto(path);
      await title(/\w/);
      await atRest(page);
      await reachesAll(page, path);
    });

  await t.test("logs out", async () => {
    await keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Commands and names" }).waitFor();
    await keyboard.type("log out");
    await page.getByRole("option", { name: /Log out/ }).waitFor();
    await keyboard.press("Enter");
    await page.waitForURL(/\/login/);
    await page.getByLabel("Name").waitFor();
  });
  assert.deepEqual(problems, []);
});
