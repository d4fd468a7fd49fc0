import type { Browser, Page } from "playwright-core";
import type { z } from "zod";
import type { graphAnswer } from "../../src/contract/api/workflows/plan-api.ts";
import { median, mustHold, quantile, reportFigure } from "../support/figures.ts";
import { framesOf, openTab, WATCH_FRAMES } from "./measure.ts";

type Graph = z.output<typeof graphAnswer>;

const PHASES = 500;
/** Phases that follow each other, and a second one that follows each of them. */
const CHAIN = 10;
const NODE = ".react-flow__node";

/** From the click on the tab of the graph, whose answer the page has, until its nodes stand in their places and the frame is done. Runs in the page. */
const DRAW = `new Promise((resolve) => {
  const began = performance.now();
  [...document.querySelectorAll("nav a")].find((link) => link.textContent === "Graph").click();
  const look = () => {
    if (document.querySelector('${NODE}') === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => resolve(performance.now() - began));
  };
  requestAnimationFrame(look);
})`;

/**
 * Draws the graph of 500 phases, layout included, and drags it about: as it opens, and with the whole of it in view. The answer is
 * made up here, so that it is the page alone that is measured. The controls are a graph of one phase, and the same page at rest.
 */
export async function measureGraph(browser: Browser, url: string, rounds: number): Promise<void> {
  const one = await timesToDraw(browser, url, 1, rounds);
  reportFigure("graph of 1 phase (the control)", median(one), "ms");
  const took = await timesToDraw(browser, url, PHASES, rounds);
  const ratio = median(took) / median(one);
  reportFigure(`graph of ${PHASES} phases, laid out and drawn`, median(took), "ms", { target: 500, ratio });
  const page = await openGraph(browser, url, PHASES);
  await page.evaluate(WATCH_FRAMES);
  const seconds = Math.min(4, rounds);
  const still = await framesOf(page, seconds, async () => page.waitForTimeout(16));
  for (const view of ["as it opens", "all of it in view"] as const) {
    if (view === "all of it in view") {
      await page.getByRole("button", { name: "Fit" }).click();
      await page
        .locator(NODE)
        .nth(PHASES - 1)
        .waitFor({ state: "attached" });
    }
    const panned = await framesPanned(page, seconds);
    reportFigure(`graph panned, ${view}: median frame`, median(panned), "ms", {
      ...(view === "as it opens" ? { target: 17 } : {}),
      ratio: median(panned) / median(still),
    });
    reportFigure(
      `graph panned, ${view}: frames over 20 ms`,
      panned.filter((ms) => ms > 20).length,
      `of ${panned.length}`,
    );
    reportFigure(`graph panned, ${view}: longest frame`, quantile(panned, 1), "ms", {
      ratio: quantile(panned, 1) / quantile(still, 1),
    });
  }
  await page.context().close();
}

async function framesPanned(page: Page, seconds: number): Promise<readonly number[]> {
  const box = await page.locator(".react-flow__pane").boundingBox();
  mustHold("the graph is there", box !== null);
  const [x, y] = [(box?.x ?? 0) + 8, (box?.y ?? 0) + 8];
  const nodes = await page.locator(NODE).count();
  await page.mouse.move(x, y);
  await page.mouse.down();
  let step = 0;
  const frames = await framesOf(page, seconds, async () => {
    step++;
    await page.mouse.move(x + 120 * Math.sin(step / 12), y + 60 * Math.sin(step / 19));
  });
  mustHold("what was in view stayed there", (await page.locator(NODE).count()) >= nodes * 0.5);
  await page.mouse.up();
  return frames;
}

async function timesToDraw(browser: Browser, url: string, phases: number, rounds: number): Promise<readonly number[]> {
  const page = await openGraph(browser, url, phases);
  const took: number[] = [];
  for (let round = -1; round < rounds; round++) {
    await page.getByRole("link", { name: "Source", exact: true }).click();
    await page.locator(NODE).first().waitFor({ state: "detached" });
    const ms = await page.evaluate<number>(DRAW);
    // The first round loads the scripts of both views.
    if (round >= 0) took.push(ms);
  }
  await page.context().close();
  return took;
}

async function openGraph(browser: Browser, url: string, phases: number): Promise<Page> {
  const page = await openTab(browser, url);
  await page.route(
    ({ pathname, searchParams }) => pathname === "/api/workflows/graph" && searchParams.has("path"),
    (route) => route.fulfill({ json: graphOf(phases) }),
  );
  await page.goto("/workflows");
  await page.locator(NODE).first().waitFor();
  return page;
}

/** Chains of phases, of which the first ticks, each with one beside it that asks for meta. */
function graphOf(phases: number): Graph {
  const ids = Array.from({ length: phases }, (_, at) => at + 1);
  const parentOf = (id: number): number | null => ((id - 1) % CHAIN === 0 ? null : id % 2 === 0 ? id - 1 : id - 2);
  return {
    nodes: ids.map((id) => ({
      phase_id: id,
      workflow: "big.toml",
      task: `load:${id}`,
      type: "load",
      job: String(id),
      line: id * 4,
      trigger: {
        cron: parentOf(id) === null ? "0 * * * *" : null,
        files: null,
        join: false,
        on: "complete",
        require: id % 2 === 0 ? ["table"] : [],
      },
      owner: "",
      paused: false,
      held: null,
      next_at: null,
      outside: false,
      last: {
        record_id: 1,
        state: "finished",
        result: id % 9 === 0 ? "error" : "complete",
        task_time: null,
        at: "2026-01-14T13:00:00Z",
      },
      counts: { total: 24, complete: 24, failed: 0, cancelled: 0 },
      now: { waiting: 0, retrying: 0, running: id % 7 === 0 ? 1 : 0, failed: 0 },
      run_ms: id * 1000,
      files: 0,
    })),
    edges: ids.flatMap((to) => {
      const from = parentOf(to);
      return from === null ? [] : [{ from, to }];
    }),
    missing: [],
  };
}
