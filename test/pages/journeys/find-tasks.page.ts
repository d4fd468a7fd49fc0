import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { browser, openPage, skip } from "../browser.ts";
import { serveSeeded } from "../server.ts";

const WAIT = { timeout: 60_000 };

function pills(page: Page): Promise<readonly string[]> {
  return page
    .getByRole("search")
    .getByRole("button", { name: /^Remove / })
    .evaluateAll((buttons) =>
      buttons.map((button) => (button.getAttribute("aria-label") ?? "").slice("Remove ".length)),
    );
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + WAIT.timeout; !(await holds()); await new Promise((done) => setTimeout(done, 100)))
    assert.ok(Date.now() < end, what);
}

test(
  "find tasks: pills, a drawn range, Back, columns, a saved view, and the page as it was left",
  {
    skip,
    timeout: 600_000,
  },
  async (t) => {
    const { url } = await serveSeeded(t, "10k");
    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(WAIT.timeout);
    await page.goto("/tasks?q=created%3E-30d");
    const grid = page.getByRole("grid", { name: "Tasks" });
    await grid.getByRole("row").nth(1).waitFor();

    // A facet becomes a pill, and its column goes: it is the same in each row.
    await page.getByRole("group", { name: "Type" }).getByRole("checkbox", { name: /^load/ }).check();
    await until("the pill of the facet", async () => (await pills(page)).includes("type:load"));
    await grid.getByRole("columnheader", { name: "Type", exact: true }).waitFor({ state: "detached" });

    // Dragging over the histogram makes a range of it; Back takes it back.
    const chart = page.getByRole("img", { name: /^Matching tasks over time/ });
    const box = await chart.boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width * 0.3, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 50, { steps: 5 });
    await page.mouse.up();
    const drawn = /^created:\d{4}-\d\d-\d\dT.*Z\.\.\d{4}/;
    await until("the pill of the range", async () => (await pills(page)).some((pill) => drawn.test(pill)));
    await page.goBack();
    await until("the query before", async () => (await pills(page)).includes("created>-30d"));

    // The same by keys: the last two bars.
    await chart.focus();
    for (const key of ["End", "Shift+ArrowLeft", "Enter"]) await page.keyboard.press(key);
    await until("the pill of the range", async () => (await pills(page)).some((pill) => drawn.test(pill)));
    await page.goBack();
    await until("the query before", async () => (await pills(page)).includes("created>-30d"));

    // A column that is asked for stays.
    await page.getByRole("button", { name: /columns$/ }).click();
    await page.getByLabel("Run id").check();
    await page.keyboard.press("Escape");
    await grid.getByRole("columnheader", { name: "Run id" }).waitFor();

    // A view is saved, renamed, and removed; a removal can be undone.
    const views = page.getByRole("navigation", { name: "Views" });
    await views.getByRole("button", { name: "Save this view" }).click();
    await page.getByLabel("Name").fill("Loads of a month");
    await page.getByLabel("With the columns as they are now").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const saved = views.getByRole("link", { name: /^Loads of a month/ });
    await saved.click();
    await until("the columns of the view", async () => /columns=status%2C.*%2Cid/.test(page.url()));
    await views.getByRole("button", { name: "Change the view Loads of a month" }).click();
    await page.getByLabel("Name").fill("All loads");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    // The palette opens it as the list does.
    await views.getByRole("link", { name: /^All ?\d/ }).click();
    await until("a list without columns in its address", async () => !page.url().includes("columns="));
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Commands and names" }).fill("all loads");
    await page.getByRole("option", { name: /^All loads/ }).click();
    await until("the columns of the view", async () => /columns=status%2C.*%2Cid/.test(page.url()));
    await views.getByRole("button", { name: "Change the view All loads" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await views.getByRole("link", { name: /^All loads/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Undo/ }).click();
    await views.getByRole("link", { name: /^All loads/ }).waitFor();

    // Another page, and back by the rail: as it was left.
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.getByRole("heading", { level: 1, name: /Overview/ }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await until("the pills that were left", async () => (await pills(page)).join(" ") === "created>-30d type:load");
    await grid.getByRole("columnheader", { name: "Run id" }).waitFor();

    // What empties the list is said, and taken off by one press.
    const search = page.getByRole("combobox", { name: "Search tasks" });
    await search.fill("job:nobody");
    await search.press("Enter");
    await page.getByText(/match without job:nobody/).waitFor();
    await page.getByRole("button", { name: "Remove it" }).first().click();
    await grid.getByRole("row").nth(1).waitFor();
    assert.deepEqual(problems, []);
  },
);
