import { AxeBuilder } from "@axe-core/playwright";
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const PATH = process.env["FLOWLORD_CHROMIUM"] ?? PATHS.find((path) => existsSync(path));
/** Why no page can be opened here; false: it can. */
export const skip =
  PATH === undefined
    ? "skipped: no Chromium; install it (apt-get install chromium), or name one in FLOWLORD_CHROMIUM"
    : false;

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser that asks nobody but the pages that it is told to open. */
export function launchBrowser(): Promise<Browser> {
  if (PATH === undefined) throw new Error("there is no Chromium here; install it, or name one in FLOWLORD_CHROMIUM");
  return chromium.launch({ executablePath: PATH, headless: true, args: ARGS });
}

/** One that ends with the test. */
export async function browser(t: TestContext): Promise<Browser> {
  const opened = await launchBrowser();
  t.after(() => opened.close());
  return opened;
}

export interface Look {
  readonly theme: "light" | "dark";
  /** In CSS pixels. */
  readonly width: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

export const THEMES = ["light", "dark"] as const;
export const WIDTHS = [1440, 1024, 390] as const;

/** A page, with everything that it should not have done: errors in the console, what its policy refused, requests to elsewhere. */
export interface Watched {
  readonly page: Page;
  readonly problems: string[];
  /** The sum of the layout shifts so far that no input caused, as browsers count them. */
  readonly layoutShift: () => Promise<number>;
}

/** Runs in the page. */
const SHIFTS = `
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
`;

/** Counts in the page the answers that it waits for. The stream of live events never ends, so "no request is open" never holds. */
const ASKED = `
window.asked = 0;
const ask = window.fetch;
window.fetch = (...request) => {
  window.asked += 1;
  return ask(...request).finally(() => (window.asked -= 1));
};
`;
const REST_MS = 300;
const PATIENCE_MS = 30_000;

/** Waits until the page has had for a moment what it asked for. */
export async function atRest(page: Page): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (let since = Date.now(); Date.now() - since < REST_MS;) {
    if (Date.now() > end) throw new Error(`${page.url()} still waits for answers`);
    await page.waitForTimeout(50);
    if ((await page.evaluate<number>("asked")) > 0) since = Date.now();
  }
}

/** Opens an empty page in a context of its own: nothing is remembered of others. `refused` are statuses that the test wants. */
export async function openPage(
  opened: Browser,
  url: string,
  { theme, width, height = 900, reducedMotion = false }: Look,
  refused: readonly number[] = [],
): Promise<Watched> {
  const context = await opened.newContext({
    baseURL: url,
    viewport: { width, height },
    colorScheme: theme,
    timezoneId: "UTC",
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (refused.some((status) => text.includes(`status of ${status}`))) return;
    problems.push(`${message.type()}: ${text} (${message.location().url})`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) problems.push(`asked ${request.url()}`);
  });
  await page.addInitScript({ content: SHIFTS + ASKED });
  const layoutShift = (): Promise<number> => page.evaluate("shifted");
  return { page, problems, layoutShift };
}

/** What axe finds, a line each. */
export async function accessFaults(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${help}: ${target.join(" ")} ${html.slice(0, 160)}`),
  );
}
