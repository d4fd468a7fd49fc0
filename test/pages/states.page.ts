import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { accessFaults, browser, openPage, skip } from "./browser.ts";
import { addPeople, logIn } from "./people.ts";
import { serve } from "./server.ts";

const WAIT = { timeout: 30_000 };
const CONFIG = `workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
[[worker]]
type = "load"
exec = ["true"]
`;
const FILES = { "workflows/load.toml": '[[phase]]\ntask = "load:orders"\ncron = "0 5 1 1 *"\n' };
const PEOPLE = [
  { name: "ada", role: "admin" },
  { name: "vic", role: "viewer" },
] as const;

/** What a page does wrong beside requests that nobody answers. */
function faults(problems: readonly string[]): readonly string[] {
  return problems.filter((problem) => !/ERR_(?:CONNECTION|EMPTY|INCOMPLETE)|status of (?:401|50\d)/.test(problem));
}

/** The number of all tasks of the day, as the overview says it. */
function allTasks(page: Page): Promise<string> {
  return page.locator('section[aria-label="Results of the period"] b').first().innerText();
}

for (const { name, role } of PEOPLE)
  test(
    `the page keeps its figures while the server is away, and goes on by itself: ${role}`,
    { skip, timeout: 300_000 },
    async (t) => {
      const { url, place, server } = await serve(t, FILES, CONFIG);
      const headers = await addPeople(url, PEOPLE);
      const run = (): Promise<Response> =>
        fetch(`${url}/api/tasks`, { method: "POST", headers, body: JSON.stringify({ type: "load", job: "orders" }) });
      await run();
      const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
      await page.goto("/");
      await logIn(page, name);
      await page.getByRole("heading", { name: "By type and job" }).waitFor(WAIT);
      assert.equal(await allTasks(page), "1");

      await server.kill();
      await page.getByText("Flowlord does not answer.").waitFor(WAIT);
      assert.equal(await allTasks(page), "1", "the figures stay");
      assert.deepEqual(await accessFaults(page), []);

      const again = place.flowlord(["serve", "-c", "flowlord.toml"]);
      await again.says("Ctrl-C");
      await page.getByText("Flowlord does not answer.").waitFor({ ...WAIT, state: "detached" });
      await run();
      await page.locator('section[aria-label="Results of the period"] b:text-is("2")').first().waitFor(WAIT);
      assert.equal(await page.getByRole("dialog").count(), 0, "the session is still open");
      assert.deepEqual(faults(problems), []);
    },
  );

test(
  "a session that ends asks again, keeps the page, and sends what was pressed",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url } = await serve(t, FILES, CONFIG);
    const headers = await addPeople(url, PEOPLE);
    const { page, problems } = await openPage(await browser(t), url, { theme: "dark", width: 1440 });
    await page.goto("/system/access");
    await logIn(page, "ada");
    const other = page.getByRole("row", { name: /vic/ });
    await other.getByRole("button", { name: "Switch off vic…" }).click(WAIT);
    const question = page.getByRole("dialog", { name: "Switch off vic?" });
    await question.waitFor(WAIT);

    const { sessions } = (await (await fetch(`${url}/api/sessions`, { headers })).json()) as {
      sessions: readonly { readonly id: number; readonly current: boolean }[];
    };
    for (const { id } of sessions.filter(({ current }) => !current))
      await fetch(`${url}/api/sessions/${id}`, { method: "DELETE", headers: { cookie: headers["cookie"] ?? "" } });
    await question.getByRole("button", { name: "Switch off vic" }).click();
    const login = page.getByRole("dialog", { name: "Log in again" });
    await login.getByText("it is sent when you are logged in").waitFor(WAIT);
    assert.deepEqual(await accessFaults(page), []);
    assert.equal(await login.getByLabel("Name", { exact: true }).inputValue(), "ada");
    await login.getByLabel("Password", { exact: true }).fill("not the password at all");
    await login.getByRole("button", { name: "Log in", exact: true }).click();
    await login.getByText("The name or the password is wrong").waitFor(WAIT);
    await logIn(page, "ada");
    await page.getByText("vic is switched off").waitFor(WAIT);
    assert.equal(new URL(page.url()).pathname, "/system/access");
    assert.deepEqual(faults(problems), []);
  },
);

test(
  "the first admin is made with the setup token, and is let in where one wanted to go",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url, server } = await serve(t, FILES, `${CONFIG}[auth]\nrequired = true\n`);
    const token = /(?:token|Token)\D*?([\w-]{20,})/.exec(server.said)?.[1] ?? "";
    assert.notEqual(token, "", server.said);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 390 });
    await page.goto("/system/access");
    await page.getByRole("heading", { name: "Make the first admin" }).waitFor(WAIT);
    assert.deepEqual(await accessFaults(page), []);
    await page.getByLabel("Setup token").fill("not the token");
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Make admin and log in" }).click();
    await page.getByText("7 more: a password needs").waitFor(WAIT);
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Make admin and log in" }).click();
    await page.getByText("not the setup token").waitFor(WAIT);
    await page.getByLabel("Setup token").fill(token);
    await page.getByRole("button", { name: "Make admin and log in" }).click();
    await page.getByText("What a role may do").waitFor(WAIT);
    assert.deepEqual(faults(problems), []);
  },
);

test("too many wrong passwords: the page says when the next is looked at", { skip, timeout: 300_000 }, async (t) => {
  const { url } = await serve(t, FILES, CONFIG);
  await addPeople(url, PEOPLE);
  for (let at = 0; at < 11; at += 1)
    await fetch(`${url}/api/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "vic", password: "wrong" }),
    });
  const { page } = await openPage(await browser(t), url, { theme: "light", width: 1024 });
  await page.goto("/tasks?q=result:error");
  await page.getByText("From here you go to Tasks, with its filter.").waitFor(WAIT);
  await logIn(page, "vic");
  await page.getByText(/The next is looked at in \d+ s, at \d\d:\d\d:\d\d\./).waitFor(WAIT);
  assert.ok(await page.getByRole("button", { name: "Log in", exact: true }).isDisabled());
  assert.deepEqual(await accessFaults(page), []);
});
