import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { until } from "../e2e/flowlord.ts";
import { browser, openPage, skip } from "./browser.ts";
import { serve } from "./server.ts";

const LINES = 1_000_000;
const MOST_FRAME_MS = 200;
const MOST_HEAP = 150e6;
const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
[[worker]]
type = "big"
exec = "echo begun"
shell = true
`;

/** Runs in the page: the longest time between two frames since the last call. */
const FRAMES = `
window.longest = 0;
let last = performance.now();
const frame = (at) => { longest = Math.max(longest, at - last); last = at; requestAnimationFrame(frame); };
requestAnimationFrame((at) => { last = at; frame(at); });
`;

/** A hundred bytes a line. */
function bigText(): Buffer {
  const text = Buffer.alloc(LINES * 100, " ");
  for (let line = 0; line < LINES; line++) {
    text.write(`${line} a line of a long log${line % 250_000 === 7 ? " with a needle" : ""}`, line * 100, "latin1");
    text[line * 100 + 99] = 10;
  }
  return text;
}

test(
  "a log of 100 MB opens at its end, scrolls and is searched, and the page stays quick",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
    const made = await fetch(`${url}/api/tasks`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "big", info: "?n=1" }),
    });
    assert.ok(made.ok);
    const output = async (): Promise<{ newest: { path: string } | null; record: { state: string } }> =>
      (await (await fetch(`${url}/api/tasks/1/output`)).json()) as {
        newest: { path: string } | null;
        record: { state: string };
      };
    await until(async () => (await output()).record.state === "finished");
    writeFileSync((await output()).newest?.path ?? "", bigText());

    const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
    page.setDefaultTimeout(60_000);
    await page.addInitScript({ content: FRAMES });
    await page.goto("/tasks/1");
    const log = page.getByRole("log");
    await log.getByText(`${LINES - 1} a line`).waitFor();
    await page.evaluate("longest = 0");
    await log.focus();
    await page.keyboard.press("Home");
    await log.getByText("0 a line of a long log", { exact: true }).waitFor();
    for (let press = 0; press < 20; press++) await page.keyboard.press("PageDown");
    await log
      .getByText(/^3\d\d a line/)
      .first()
      .waitFor();
    // Through the whole file, as somebody drags the bar.
    for (let part = 0; part <= 40; part++) {
      await log.evaluate((element, share) => {
        element.scrollTop = share * element.scrollHeight;
      }, part / 40);
      await page.waitForTimeout(50);
    }
    await page.keyboard.press("End");
    await log.getByText(`${LINES - 1} a line`).waitFor();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("NEEDLE");
    await page.getByText("4 of 4").waitFor();
    await log.getByText(`${LINES - 250_000 + 7} a line`).waitFor();
    await page.keyboard.press("Shift+Enter");
    await page.getByText("3 of 4").waitFor();
    await log.getByText("500007 a line").waitFor();
    const longest = await page.evaluate<number>("longest");
    assert.ok(longest <= MOST_FRAME_MS, `a frame took ${Math.round(longest)} ms`);
    const heap = await page.evaluate<number>("performance.memory.usedJSHeapSize");
    assert.ok(heap <= MOST_HEAP, `the page holds ${Math.round(heap / 1e6)} MB`);
    t.diagnostic(`longest frame ${Math.round(longest)} ms, heap ${Math.round(heap / 1e6)} MB`);
    assert.deepEqual(problems, []);
  },
);
