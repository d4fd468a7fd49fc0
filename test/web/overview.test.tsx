import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { SummaryAnswer } from "../../src/contract/api/instance/summary-api.ts";
import { sorted } from "../../web/routes/overview/kinds/columns.ts";
import { Kinds } from "../../web/routes/overview/kinds/kinds.tsx";
import { runsOf } from "../../web/routes/overview/kinds/runs.ts";
import { errorRateOf, stepsOf } from "../../web/routes/overview/steps.ts";
import { Restricted } from "../../web/shell/restricted.tsx";
import { Clock } from "../../web/services/format.ts";
import { answerWith } from "./support/api.ts";
import { show } from "./support/shown.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 0, 14, 12);
const NOW = FROM + 1.5 * HOUR;
const at = (ms: number): string => new Date(ms).toISOString();
const outcomes = { total: 10, completed: 6, failed: 2, warned: 0, alerted: 0, cancelled: 1, in_progress: 1 };
const kind = { ...outcomes, avg_duration: "1s", avg_duration_ms: 1000, p95_duration_ms: 2000 };

const SUMMARY = {
  time_period: { from: at(FROM), to: at(FROM + 3 * HOUR) },
  by_type: {
    load: { ...kind, failed: 1, jobs: { eu: { ...kind, failed: 1 } } },
    clean: { ...kind, failed: 5, jobs: { "": { ...kind, failed: 5 } } },
  },
  more_kinds: 0,
  series: { step: "hour", steps: [0, 1, 2].map((hour) => ({ at: at(FROM + hour * HOUR), ...outcomes })) },
  planned: {
    hours: [0, 1, 2].map((hour) => ({ at: at(FROM + hour * HOUR), ticks: 7, tasks: 9 })),
    until: at(FROM + 3 * HOUR),
  },
  error_rates: [{ type: "clean", failed: 5, finished: 8, rate: 0.6, threshold: 0.05, above: true }],
} as unknown as SummaryAnswer;

test("an hour has its parts, its error rate, and what is still planned of it", () => {
  const [past, current, coming] = stepsOf(SUMMARY, NOW);
  expect([past?.planned, current?.planned, coming?.planned]).toEqual([0, 9, 9]);
  expect([past?.ticks, coming?.ticks]).toEqual([0, 7]);
  expect(past?.until).toBe(current?.from);
  expect(coming?.until).toBe(FROM + 3 * HOUR);
  expect(errorRateOf(past ?? { failed: 0, finished: 0 })).toBe(2 / 8);
  expect(errorRateOf({ failed: 0, finished: 0 })).toBeNull();
});

test("kinds are sorted by a column, those without a value last", () => {
  const rows = [
    ["a", { ...kind, avg_duration_ms: null }],
    ["b", { ...kind, avg_duration_ms: 5 }],
    ["c", { ...kind, avg_duration_ms: 9 }],
  ] as const;
  const names = (sort: string): readonly string[] => sorted(rows, sort).map(([name]) => name);
  expect(names("-average")).toEqual(["c", "b", "a"]);
  expect(names("average")).toEqual(["b", "c", "a"]);
  expect(names("-name")).toEqual(["c", "b", "a"]);
});

const node = (given: object) => ({
  type: "load",
  job: "eu",
  trigger: { cron: "0 * * * *", files: null, join: false },
  last: null,
  ...given,
});
const last = { record_id: 9, state: "finished", result: "complete", task_time: null, at: at(FROM) };

test("a phase runs next at its tick, or with its parent or file", () => {
  const nodes = [node({ last }), node({ job: "us", trigger: { cron: null, files: null, join: false } })] as never;
  const ticks = [{ type: "load", job: "eu", scheduled_at: at(FROM + HOUR), held: null }] as never;
  expect(runsOf(nodes, ticks, "load", "eu")).toMatchObject({ last: { record_id: 9 }, next: at(FROM + HOUR) });
  expect(runsOf(nodes, ticks, "load", "us")).toMatchObject({ last: null, next: null, isByParent: true });
  expect(runsOf(nodes, ticks, "load", null)).toMatchObject({ last: { record_id: 9 }, next: at(FROM + HOUR) });
});

test("a kind leads to its tasks of the period, and its jobs fold away", async () => {
  answerWith({
    "GET /api/workflows/graph": { nodes: [node({ last }), node({ job: "us" })] },
    "GET /api/schedule": { ticks: [] },
  });
  const onSort = vi.fn();
  await show(() => <Kinds summary={SUMMARY} clock={new Clock("UTC")} now={NOW} sort="-error" onSort={onSort} />);
  const rows = screen.getAllByRole("row").map((row) => row.textContent);
  expect(rows[1]).toMatch(/^clean/);
  const job = screen.getByRole("link", { name: "load:eu" });
  expect(decodeURIComponent(job.getAttribute("href") ?? "")).toContain(
    "type:load job:eu created:2026-01-14T12:00:00Z..2026-01-14T14:59:59Z".replaceAll(" ", "+"),
  );
  // Why not, of what ran and of what did not.
  screen.getByRole("link", { name: "Why did load:eu not run?" });
  const absent = await screen.findByRole("link", { name: "load:us" });
  expect(decodeURIComponent(absent.getAttribute("href") ?? "")).toContain("/why-not?of=load:us");
  fireEvent.click(screen.getByRole("button", { name: "Jobs of load" }));
  expect(screen.queryByRole("link", { name: "load:eu" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Error ↓" }));
  expect(onSort).toHaveBeenCalledWith("error");
});

test("who sees records alone is told so, and led to what the role may open", async () => {
  answerWith({ "GET /api/me": { name: "ann", role: "auditor", via: "session" } });
  await show(() => <Restricted what="The overview" />);
  await screen.findByText(/is shown to viewers of all of it/);
  const link = await screen.findByRole("link", { name: "the audit log" }, { timeout: 10_000 });
  expect(link.getAttribute("href")).toBe("/system/access");
});
