import { get } from "node:http";
import type { Browser, CDPSession, Page } from "playwright-core";
import { median, mustHold, quantile, reportFigure } from "../support/figures.ts";

const VIEWPORT = { width: 1440, height: 900 };
const WAIT_MS = 120_000;
/** What is there once a page has what it shows. */
const FILLED = {
  "/": 'section[aria-label="On duty"] li',
  "/tasks": '[role="grid"] [role="row"]:nth-child(2)',
  "/system": 'main :text("connected")',
} as const;
const NAMES = { "/": "Overview", "/tasks": "Tasks", "/system": "System" } as const;
type Path = keyof typeof FILLED;

/** Frames of the page from now on: how long each was, in ms. */
export const WATCH_FRAMES = `
window.frames_ = [];
let last = performance.now();
requestAnimationFrame(function next(now) {
  window.frames_.push(now - last);
  last = now;
  requestAnimationFrame(next);
});
`;

export async function openTab(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: VIEWPORT });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  return page;
}

/** Bytes of the files of the first load as gzip sends them, without the answers of the API. */
export async function measureBytes(browser: Browser, url: string): Promise<void> {
  const page = await openTab(browser, url);
  const files: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith("/api/")) files.push(request.url());
  });
  await page.goto("/");
  await page.locator(FILLED["/"]).first().waitFor();
  await page.context().close();
  const sizes = await Promise.all(files.map(gzippedBytes));
  mustHold("the page has files", files.length > 1);
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  reportFigure("first load, gzip", kilobytes, "kB", { target: 180 });
}

function gzippedBytes(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { "accept-encoding": "gzip" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("end", () => resolve(bytes));
      answer.on("error", reject);
    });
    request.on("error", reject);
  });
}

/** How long a page without a cache takes until it has what it shows, beside an empty one. */
export async function measureStart(browser: Browser, url: string, emptyUrl: string, rounds: number): Promise<void> {
  const [empty, own]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    empty.push(await timeToShow(browser, emptyUrl, "h1"));
    own.push(await timeToShow(browser, url, FILLED["/"]));
  }
  reportFigure("empty page (the control)", median(empty), "ms");
  reportFigure("interactive", median(own), "ms", { target: 1000, ratio: median(own) / median(empty) });
}

async function timeToShow(browser: Browser, url: string, filled: string): Promise<number> {
  const page = await openTab(browser, url);
  const began = performance.now();
  await page.goto("/", { waitUntil: "commit" });
  await page.locator(filled).first().waitFor();
  const took = performance.now() - began;
  await page.context().close();
  return took;
}

/** From the click on a page of the rail until that page has its content; each was open before. */
export async function measureChanges(browser: Browser, url: string, rounds: number): Promise<void> {
  const page = await openTab(browser, url);
  await page.goto("/");
  await page.locator(FILLED["/"]).first().waitFor();
  const took: number[] = [];
  for (let round = -1; round < rounds; round++)
    for (const path of ["/tasks", "/system", "/"] as const) {
      const began = performance.now();
      await page
        .getByRole("navigation")
        .getByRole("link", { name: new RegExp(`^${NAMES[path]}`) })
        .first()
        .click();
      await page.locator(FILLED[path]).first().waitFor();
      // The first round loads the scripts of the pages.
      if (round >= 0) took.push(performance.now() - began);
    }
  await page.context().close();
  reportFigure("page change to its content", median(took), "ms", { target: 200 });
  reportFigure("page change to its content, p95", quantile(took, 0.95), "ms");
}

/** Scrolls the table of all tasks, and watches its frames. The control scrolls nothing. */
export async function measureScroll(browser: Browser, url: string, seconds: number): Promise<void> {
  const page = await openTab(browser, url);
  const path: Path = "/tasks";
  await page.goto(`${path}?q=`);
  const row = page.locator(FILLED[path]).first();
  await row.waitFor();
  await row.hover();
  await page.evaluate(WATCH_FRAMES);
  const still = await framesOf(page, seconds, async () => page.waitForTimeout(16));
  const scrolled = await framesOf(page, seconds, async () => page.mouse.wheel(0, 600));
  const first = await page.locator('[role="grid"] [role="row"]').nth(1).innerText();
  await page.context().close();
  mustHold("the table has rows where it was scrolled to", first !== "");
  mustHold("frames were drawn", scrolled.length > 0);
  const late = scrolled.filter((ms) => ms > 50).length;
  reportFigure("table scrolled: longest frame", quantile(scrolled, 1), "ms", {
    target: 50,
    ratio: quantile(scrolled, 1) / quantile(still, 1),
  });
  reportFigure("table scrolled: frames over 50 ms", late, `of ${scrolled.length}`, { target: 0 });
}

export async function framesOf(page: Page, seconds: number, step: () => Promise<void>): Promise<readonly number[]> {
  await page.evaluate("window.frames_.length = 0");
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) await step();
  return page.evaluate<number[]>("window.frames_");
}

/** What the overview holds in memory after each part of the time, while results come in. */
export async function measureMemory(browser: Browser, url: string, seconds: number): Promise<void> {
  const page = await openTab(browser, url);
  await page.goto("/");
  await page.locator(FILLED["/"]).first().waitFor();
  const session = await page.context().newCDPSession(page);
  const parts = 5;
  const heap: number[] = [];
  for (let part = 0; part <= parts; part++) {
    await page.waitForTimeout((seconds * 1000) / (parts + 1));
    heap.push(await heapOf(session));
  }
  await page.context().close();
  // The first part fills caches.
  const [, begin = Number.NaN] = heap;
  const end = heap.at(-1) ?? Number.NaN;
  mustHold("the page has a heap", end > 0);
  reportFigure("memory of the page at the end", end, "MiB");
  reportFigure("memory at the end to that after a third", end / begin, "", { target: 1.1 });
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 2 ** 20;
}
