import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { accessFaults, atRest, browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const GOOD = `[[phase]]
task = "load:orders"
cron = "0 5 * * *"

[[phase]]
task = "send"
dependsOn = "load:orders"
`;
const BROKEN = GOOD.replace("dependsOn", "dependson").replace("0 5 * * *", "0 5 * *");
const FILES = {
  "workflows/sales/orders.toml": GOOD,
  "workflows/other.toml": '[[phase]]\ntask = "other"\ncron = "@daily"\n',
};
const CONFIG = `workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
`;
const WAIT = { timeout: 60_000 };

const errorsInRail = (page: Page) =>
  page.getByRole("navigation", { name: "Main" }).getByText("workflow files with errors");

test(
  "a workflow that was broken on disk is found with its line, and mended in its page",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url, place } = await serve(t, FILES, `${CONFIG}[web]\nedit = true\n`);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(WAIT.timeout);
    await page.goto("/");
    await page.getByRole("heading", { name: "Overview" }).waitFor(WAIT);
    assert.equal(await errorsInRail(page).count(), 0);

    place.write("workflows/sales/orders.toml", BROKEN);
    await errorsInRail(page).waitFor({ ...WAIT, state: "attached" });
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    // The file with trouble is the one that is shown.
    const row = page.getByRole("row", { name: /sales\/orders\.toml/ });
    await row.getByText(/error.*not in force yet/).waitFor(WAIT);
    await page
      .getByRole("navigation", { name: "Views of sales/orders.toml" })
      .getByRole("link", { name: /Source/ })
      .click();
    const text = page.getByRole("group", { name: "Text of sales/orders.toml" });
    await text.getByText(/Line 3, column/).waitFor(WAIT);
    await page.getByText(/version \d+ stays in force/).waitFor(WAIT);
    assert.deepEqual(await accessFaults(page), []);

    await page.getByRole("button", { name: "Edit" }).click();
    const field = page.getByRole("textbox", { name: "Text of sales/orders.toml" });
    assert.equal(await field.inputValue(), BROKEN);
    const save = page.getByRole("button", { name: "Review and save…" });
    // Half of it is not enough.
    await field.fill(BROKEN.replace("0 5 * *", "0 5 * * *").replace("dependson", "dependsOn = 7\ndependsOn2"));
    await page
      .getByRole("region", { name: "Issues" })
      .getByText(/dependsOn/)
      .first()
      .waitFor(WAIT);
    await page.getByText(/it would not come into force/).waitFor(WAIT);
    assert.ok(await save.isDisabled());
    await field.fill(`${GOOD}# mended\n`);
    await page.getByText("It would come into force.").waitFor(WAIT);
    await page.getByRole("region", { name: "Next ticks" }).getByText("load:orders").first().waitFor(WAIT);
    assert.deepEqual(await accessFaults(page), []);
    // Tab leaves the field.
    await field.press("Tab");
    assert.notEqual(await page.evaluate("document.activeElement?.tagName"), "TEXTAREA");
    await save.click();
    const changes = page.getByRole("list", { name: "What would be changed in sales/orders.toml" });
    await changes.getByText("# mended").waitFor(WAIT);
    await page.getByLabel(/Reason/).fill("the schedule lost a field");
    assert.deepEqual(await accessFaults(page), []);
    await page.getByRole("button", { name: "Save sales/orders.toml" }).click();
    await page.getByText("Saved sales/orders.toml.").waitFor(WAIT);

    await page.getByRole("region", { name: "Versions" }).getByText("the schedule lost a field").waitFor(WAIT);
    await row.getByText("no issues").waitFor(WAIT);
    await errorsInRail(page).waitFor({ ...WAIT, state: "detached" });
    assert.equal(readFileSync(place.path("workflows/sales/orders.toml"), "utf8"), `${GOOD}# mended\n`);

    // What was changed, between the versions.
    await page
      .getByRole("link", { name: /^Changes of version/ })
      .first()
      .click();
    await page
      .getByRole("list", { name: /^Version \d+ and version \d+$/ })
      .getByText("# mended")
      .waitFor(WAIT);
    await page.goBack();
    await text.waitFor(WAIT);
    await atRest(page);
    assert.deepEqual(problems, []);
  },
);

test("what somebody else changed meanwhile is not written over", { skip, timeout: 300_000 }, async (t) => {
  const { url, place } = await serve(t, FILES, `${CONFIG}[web]\nedit = true\n`);
  const { page, problems } = await openPage(await browser(t), url, { theme: "dark", width: 1024 }, [409]);
  page.setDefaultTimeout(WAIT.timeout);
  await page.goto("/workflows/source?file=sales/orders.toml&edit=true");
  const field = page.getByRole("textbox", { name: "Text of sales/orders.toml" });
  await field.fill(`${GOOD}# mine\n`);
  place.write("workflows/sales/orders.toml", `${GOOD}# theirs\n`);
  await page.getByText(/The file was changed meanwhile/).waitFor(WAIT);
  await page.getByRole("button", { name: "Review and save…" }).click();
  await page.getByRole("button", { name: "Save sales/orders.toml" }).click();
  await page
    .getByRole("alert")
    .getByText(/was changed meanwhile\. Nothing was saved/)
    .waitFor(WAIT);
  assert.equal(readFileSync(place.path("workflows/sales/orders.toml"), "utf8"), `${GOOD}# theirs\n`);

  await page.getByRole("button", { name: "Compare with it" }).click();
  const changes = page.getByRole("list", { name: "What would be changed in sales/orders.toml" });
  await changes.getByText("# theirs").waitFor(WAIT);
  await page.getByRole("button", { name: "Go on editing" }).click();
  await field.fill(`${GOOD}# theirs\n# mine\n`);
  // Elsewhere asks first: what was typed is not lost.
  await page.getByRole("link", { name: "Tasks" }).first().click();
  await page.getByRole("button", { name: "Go on editing" }).click();
  await page.getByText("It would come into force.").waitFor(WAIT);
  await page.getByRole("button", { name: "Review and save…" }).click();
  await page.getByRole("button", { name: "Save sales/orders.toml" }).click();
  await page.getByText("Saved sales/orders.toml.").waitFor(WAIT);
  assert.equal(readFileSync(place.path("workflows/sales/orders.toml"), "utf8"), `${GOOD}# theirs\n# mine\n`);
  assert.deepEqual(problems, []);
});

test(
  "where editing is off, the page says which key allows it, and gives the text",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url, place } = await serve(t, { ...FILES, "workflows/sales/orders.toml": BROKEN }, CONFIG);
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 390 });
    page.setDefaultTimeout(WAIT.timeout);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto("/workflows/source?file=sales/orders.toml");
    await page.getByRole("button", { name: "Draft a change" }).click();
    await page.getByText(/set edit = true in \[web\]/).waitFor(WAIT);
    await page.getByRole("textbox", { name: "Text of sales/orders.toml" }).fill(GOOD);
    await page.getByText("It would come into force.").waitFor(WAIT);
    assert.equal(await page.getByRole("button", { name: /save/i }).count(), 0);
    await page.getByRole("button", { name: "Copy the text" }).click();
    await page.getByText("Copied the text of sales/orders.toml.").waitFor(WAIT);
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), GOOD);
    assert.equal(readFileSync(place.path("workflows/sales/orders.toml"), "utf8"), BROKEN);

    // Copied into the file, it is read.
    place.write("workflows/sales/orders.toml", GOOD);
    await page
      .getByRole("row", { name: /sales\/orders\.toml/ })
      .getByText("no issues")
      .waitFor(WAIT);
    assert.deepEqual(await accessFaults(page), []);
    assert.deepEqual(problems, []);
  },
);
