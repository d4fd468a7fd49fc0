import type { Browser } from "playwright-core";
import { median, mustHold, quantile, reportFigure } from "../support/figures.ts";
import { openTab } from "./measure.ts";

/** Hours from here to the end of 2026-05: 100,000 slots. */
const LONG = "2015-01-03T08";
const SHORT = "2026-05-30T16";
/** A phase of the seeded workflows. */
const FORM = "/backfill?of=load:orders&by=hour&meta=customer%3Dacme&to=2026-05-31";

/** From the key that changes the span to the first rows of its preview, and until all of its slots are counted; a span of 32 slots is the control. */
export async function measurePreview(browser: Browser, url: string, rounds: number): Promise<void> {
  const page = await openTab(browser, url);
  const rows: Record<string, number[]> = { [SHORT]: [], [LONG]: [] };
  const whole: number[] = [];
  const sentence = page.locator('[aria-label="Preview"] p[role="status"]');
  for (let round = 0; round < rounds; round++)
    for (const from of [SHORT, LONG]) {
      // Another oldest hour each time, so that no answer is known already.
      await page.goto(`${FORM}&from=2026-05-31T${String(round % 20).padStart(2, "0")}`);
      await sentence.waitFor();
      const field = page.getByLabel("From");
      await field.fill(from);
      const begun = performance.now();
      await field.press("Enter");
      await page.locator('[aria-label="First and last"] td', { hasText: from }).first().waitFor();
      rows[from]?.push(performance.now() - begun);
      if (from !== LONG) continue;
      await page.locator('[aria-label="Preview"] b', { hasText: /^100,000 tasks$/ }).waitFor();
      await page.getByRole("button", { name: /Create [\d,]+ tasks…/ }).waitFor();
      whole.push(performance.now() - begun);
    }
  mustHold("every preview was counted to its end", whole.length === rounds);
  await page.context().close();
  const [short = [], long = []] = [rows[SHORT], rows[LONG]];
  reportFigure("backfill preview of 32 slots, first rows (the control)", median(short), "ms");
  reportFigure("of 100,000 slots, first rows", median(long), "ms", {
    target: 300,
    ratio: median(long) / median(short),
  });
  reportFigure("the same, p95", quantile(long, 0.95), "ms");
  reportFigure("the same, all counted", median(whole), "ms");
}
