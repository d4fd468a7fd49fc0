import assert from "node:assert/strict";
import { before, test } from "node:test";
import { accessFaults, atRest, browser, type Look, openPage, skip, THEMES, WIDTHS } from "./browser.ts";
import { PAGES, show } from "./page-list.ts";
import { serve, type Served, serveSeeded } from "./server.ts";

/** How many tasks the seeded history has; `FLOWLORD_PAGES_TASKS=10k` tries the tests quickly. */
const TASKS = process.env["FLOWLORD_PAGES_TASKS"] ?? "1m";
const MOST_SHIFT = 0.05;
const TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

function looks(): readonly Look[] {
  return THEMES.flatMap((theme) => WIDTHS.map((width) => ({ theme, width })));
}

test("every page, in both themes and three widths", { skip, timeout: 2_400_000 }, async (t) => {
  let seeded: Served;
  before(async () => {
    seeded = await serveSeeded(t, TASKS);
  });
  const opened = await browser(t);
  for (const shown of PAGES)
    await t.test(shown.name, async () => {
      for (const look of looks()) {
        const { page, problems, layoutShift } = await openPage(opened, seeded.url, look);
        await show(page, seeded.url, shown);
        const of = `${shown.name}, ${look.theme}, ${look.width}`;
        await atRest(page);
        assert.deepEqual(problems, [], of);
        assert.deepEqual(await accessFaults(page), [], of);
        const shift = await layoutShift();
        assert.ok(shift <= MOST_SHIFT, `${of}: the layout shifted by ${shift}`);
        const overflow = await page.evaluate<number>(TOO_WIDE);
        assert.ok(overflow <= 0, `${of}: the page is ${overflow} px too wide`);
        await page.context().close();
      }
    });
});

test("an empty database says what to do", { skip, timeout: 2_400_000 }, async (t) => {
  const { url } = await serve(
    t,
    { "workflows/none.toml": "" },
    'workflow = "{config_dir}/workflows"\n[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n',
  );
  const opened = await browser(t);
  for (const shown of PAGES.filter(({ path }) => typeof path === "string"))
    for (const look of looks()) {
      const { page, problems } = await openPage(opened, url, look);
      await page.goto(shown.path as string);
      await page.locator("h1").waitFor();
      await atRest(page);
      const of = `${shown.name}, ${look.theme}, ${look.width}`;
      assert.deepEqual(problems, [], of);
      assert.deepEqual(await accessFaults(page), [], of);
      await page.context().close();
    }
});
