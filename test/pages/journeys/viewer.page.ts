import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../../e2e/flowlord.ts";
import { atRest, browser, openPage, skip } from "../browser.ts";
import { addPeople, logIn, PASSWORD } from "../people.ts";
import { serve } from "../server.ts";

const WAIT = { timeout: 30_000 };
/** What changes something begins with one of these. */
const WRITES =
  /^(?:Retry|Cancel|Pause|Resume|Run|Edit|Mark|Silence|Acknowledge|Resolve|Back up|Verify|Clean up|Add|New|Renew|Revoke|Switch off|Drain|Redrive|Accept|Drop|Test|End|Match all|Match again|Create)\b/;

interface Answer {
  readonly url: string;
  readonly status: number;
}

/** The pages with something on them: a task that failed, and its alert. */
async function pathsOf(url: string, headers: Record<string, string>): Promise<readonly string[]> {
  await fetch(`${url}/api/tasks`, { method: "POST", headers, body: JSON.stringify({ type: "load", job: "orders" }) });
  const first = async (path: string): Promise<number | null> => {
    const answer = (await (await fetch(`${url}${path}`, { headers })).json()) as Record<string, unknown>;
    const [row] = (answer["alerts"] ?? answer["tasks"]) as { id: number; record_id?: number }[];
    return row?.record_id ?? row?.id ?? null;
  };
  await fetch(`${url}/api/files`, { method: "POST", headers, body: JSON.stringify({ path: "/in/2026-01-14.csv" }) });
  await until(async () => (await first("/api/alerts")) !== null, 100);
  const [task, alert] = [await first("/api/tasks"), await first("/api/alerts")];
  return [
    "/",
    "/tasks",
    `/tasks/${task}`,
    "/alerts",
    `/alerts/${alert}`,
    "/files",
    "/files/1",
    "/system",
    "/system/access",
    "/system/configuration",
    "/system/api",
  ];
}

/** The enabled buttons that are seen, without the heads of columns, which sort. */
async function buttonsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll("button:not(:disabled)")]
      .filter((each) => each.checkVisibility() && each.closest("th, [role=columnheader]") === null)
      .map((each) => (each.getAttribute("aria-label") ?? each.innerText).trim())`);
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator("h1").waitFor(WAIT);
  await atRest(page);
}

test(
  "an admin makes a viewer, and the viewer sees no button that would be refused",
  { skip, timeout: 600_000 },
  async (t) => {
    const { url } = await serve(
      t,
      { "workflows/load.toml": '[[phase]]\ntask = "load:orders"\nretry = 0\ncron = "0 5 1 1 *"\n' },
      `workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
[[worker]]
type = "load"
exec = ["false"]
`,
    );
    const paths = await pathsOf(url, await addPeople(url, [{ name: "ada", role: "admin" }]));
    const { page } = await openPage(await browser(t), url, { theme: "light", width: 1440 });

    await page.goto("/system/access");
    await page.getByText("From here you go to System, Access").waitFor(WAIT);
    await logIn(page, "ada");
    await page.getByRole("button", { name: "Add person…" }).click(WAIT);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^Name/).fill("vic");
    await dialog.getByLabel(/^Password/).fill("short");
    await dialog.getByText("7 more: a password needs 12 to 200 characters.").waitFor(WAIT);
    assert.ok(await dialog.getByRole("button", { name: "Add person" }).isDisabled(), "a weak password is not sent");
    await dialog.getByLabel(/^Password/).fill(PASSWORD);
    await dialog.getByRole("button", { name: "Add person" }).click();
    await page.getByText("Added vic, viewer").waitFor(WAIT);
    const offered = new Map<string, readonly string[]>();
    for (const path of paths) {
      await open(page, path);
      offered.set(
        path,
        (await buttonsOf(page)).filter((name) => WRITES.test(name)),
      );
    }
    assert.ok((offered.get("/system/access") ?? []).includes("Add person…"), "an admin has such buttons");
    await page.getByRole("button", { name: "Account: ada" }).click();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByText("You are logged out.").waitFor(WAIT);

    const answers: Answer[] = [];
    await logIn(page, "vic");
    await page.getByRole("button", { name: "Account: vic" }).waitFor(WAIT);
    page.on("response", (response) => answers.push({ url: response.url(), status: response.status() }));
    const refused = (): readonly Answer[] => answers.filter(({ status }) => status === 401 || status === 403);
    for (const path of paths) {
      await open(page, path);
      const names = await buttonsOf(page);
      assert.deepEqual(
        names.filter((name) => WRITES.test(name)),
        [],
        `${path} offers a viewer what would be refused`,
      );
      let pressed = 0;
      for (const name of new Set(names)) {
        const button = page.getByRole("button", { name, exact: true }).first();
        // One press may take away what another showed.
        if (name === "" || !(await button.isVisible())) continue;
        const isPressed = await button.click({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
        if (isPressed) pressed += 1;
        await page.waitForTimeout(150);
        await page.keyboard.press("Escape");
        if (new URL(page.url()).pathname !== path) await open(page, path);
      }
      assert.ok(pressed > 0, `nothing could be pressed on ${path}`);
      assert.deepEqual(refused(), [], `pressed on ${path}`);
    }
  },
);
