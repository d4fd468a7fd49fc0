import type { Browser, Page, Route } from "playwright-core";
import { median, mustHold, quantile, reportFigure } from "../support/figures.ts";
import { framesOf, openTab, WATCH_FRAMES } from "./measure.ts";

const [PHASES, DAYS] = [50, 90];
const STATES = ["complete", "complete", "complete", "complete", "complete", "error", "warn", "alert", "retrying"];
const CELL = '[aria-label^="Task times"] [data-slot]';

/** From the click on the tab of the grid, whose answer the page has, until its cells are drawn and the frame is done. Runs in the page. */
const DRAW = `new Promise((resolve) => {
  const links = [...document.querySelectorAll("nav a")];
  const began = performance.now();
  links.find((link) => link.textContent === "Grid").click();
  const look = () => {
    if (document.querySelector('${CELL}') === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => resolve(performance.now() - began));
  };
  requestAnimationFrame(look);
})`;

/**
 * Draws the task times of 50 phases over 90 days, by the hour and by the day, and scrolls them sideways. The answers are made up
 * here, so that it is the page alone that is measured. The control is a grid of one phase.
 */
export async function measureGrid(browser: Browser, url: string, rounds: number): Promise<void> {
  const one = await timesToDraw(browser, url, { phases: 1, step: "hour" }, rounds);
  reportFigure("grid of 1 phase (the control)", median(one), "ms");
  for (const step of ["day", "hour"] as const) {
    const took = await timesToDraw(browser, url, { phases: PHASES, step }, rounds);
    const ratio = median(took) / median(one);
    reportFigure(`grid of ${DAYS} days by the ${step}, ${PHASES} phases`, median(took), "ms", { target: 200, ratio });
  }
  const page = await openGrid(browser, url, { phases: PHASES, step: "hour" });
  await page.getByRole("img", { name: /^Task times/ }).hover();
  await page.evaluate(WATCH_FRAMES);
  const seconds = Math.min(5, rounds);
  const still = await framesOf(page, seconds, async () => page.waitForTimeout(16));
  const scrolled = await framesOf(page, seconds, async () => page.mouse.wheel(-200, 0));
  mustHold("the grid has cells where it was scrolled to", (await page.locator(CELL).count()) > PHASES / 2);
  await page.context().close();
  reportFigure("grid scrolled: median frame", median(scrolled), "ms", {
    target: 17,
    ratio: median(scrolled) / median(still),
  });
  reportFigure("grid scrolled: longest frame", quantile(scrolled, 1), "ms", {
    ratio: quantile(scrolled, 1) / quantile(still, 1),
  });
}

interface Shown {
  readonly phases: number;
  readonly step: "hour" | "day";
}

async function timesToDraw(browser: Browser, url: string, shown: Shown, rounds: number): Promise<readonly number[]> {
  const page = await openGrid(browser, url, shown);
  const took: number[] = [];
  for (let round = -1; round < rounds; round++) {
    await page.getByRole("link", { name: "Source", exact: true }).click();
    await page.locator(CELL).first().waitFor({ state: "detached" });
    const ms = await page.evaluate<number>(DRAW);
    // The first round loads the scripts of both views.
    if (round >= 0) took.push(ms);
  }
  await page.context().close();
  return took;
}

async function openGrid(browser: Browser, url: string, { phases, step }: Shown): Promise<Page> {
  const page = await openTab(browser, url);
  await page.route("**/api/workflows/grid?*", (route) => answer(route, phases));
  await page.goto(`/workflows/grid?days=${DAYS}${step === "day" ? "&step=day" : ""}`);
  await page.locator(CELL).first().waitFor();
  return page;
}

/** A page of phases, each with a task for every column. */
async function answer(route: Route, phases: number): Promise<void> {
  const asked = new URL(route.request().url()).searchParams;
  const [from, to] = [Date.parse(asked.get("from") ?? ""), Date.parse(asked.get("to") ?? "")];
  const length = asked.get("by") === "day" ? 86_400_000 : 3_600_000;
  const limit = Number(asked.get("limit"));
  const after = Number(asked.get("cursor") ?? 0);
  const ids = Array.from({ length: Math.min(limit, phases - after) }, (_, at) => after + at + 1);
  const times = Array.from({ length: (to + 86_400_000 - from) / length }, (_, at) =>
    new Date(from + at * length).toISOString().slice(0, 13),
  );
  const last = ids.at(-1) ?? 0;
  await route.fulfill({
    json: {
      phases: ids.map((id) => ({
        phase_id: id,
        workflow: "big.toml",
        task: `load:${id}`,
        type: "load",
        job: String(id),
        zone: "UTC",
      })),
      times,
      cells: ids.flatMap((id) =>
        times.map((time, at) => ({
          phase_id: id,
          time,
          state: STATES[(id * 7 + at * 5) % STATES.length],
          tasks: 1,
          failed: 0,
          record_id: 1,
        })),
      ),
      durations: times.map((time, at) => ({
        time,
        began_at: `${time}:00:00.000Z`,
        ended_at: new Date(Date.parse(`${time}:00:00Z`) + 60_000 + (at % 7) * 30_000).toISOString(),
      })),
      pagination: { next_cursor: last < phases ? String(last) : null, total: phases, total_is: "exact" },
    },
  });
}
