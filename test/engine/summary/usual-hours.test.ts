import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { UsualHours, usualHours } from "../../../src/engine/summary/usual-hours.ts";
import type { Outcomes } from "../../../src/store/stats-queries.ts";

const NOW = Date.UTC(2026, 10, 24, 12, 15);
const CURRENT = NOW - 15 * MINUTE;
const NONE = { complete: 0, error: 0, warn: 0, alert: 0, unknown: 0, cancelled: 0, unfinished: 0 };

function statsOf(totalAt: (at: number) => number) {
  const asked: number[] = [];
  const series = async (edges: readonly number[]): Promise<readonly Outcomes[]> => {
    asked.push(edges.length);
    return edges.slice(0, -1).map((at) => ({ ...NONE, total: totalAt(at) }));
  };
  return { series, asked };
}

test("an hour usually has the median of the same hour of the last 14 days", async () => {
  // At noon 10 tasks, on one day 1,000; else none.
  const stats = statsOf((at) => (at === CURRENT - 3 * DAY ? 1000 : at % DAY === 12 * HOUR ? 10 : 0));
  const hours = await usualHours(stats, NOW);
  assert.deepEqual([hours.length, hours[0]], [24, { at: CURRENT, tasks: 10 }]);
  assert.ok(hours.slice(1).every(({ tasks }) => tasks === 0));
});

test("days before the first task do not count", async () => {
  const young = statsOf((at) => (at >= CURRENT - 2 * DAY ? 6 : 0));
  assert.deepEqual(new Set((await usualHours(young, NOW)).map(({ tasks }) => tasks)), new Set([6]));
  const empty = statsOf(() => 0);
  assert.ok((await usualHours(empty, NOW)).every(({ tasks }) => tasks === 0));
});

test("it is read once an hour, and of the current hour what is left counts", async () => {
  const stats = statsOf(() => 8);
  const usual = new UsualHours();
  const [first] = await usual.of(stats, NOW);
  const [later] = await usual.of(stats, NOW + 30 * MINUTE);
  assert.deepEqual([first?.tasks, later?.tasks, stats.asked], [6, 2, [14 * 24 + 1]]);
  await usual.of(stats, NOW + HOUR);
  assert.equal(stats.asked.length, 2);
  const failing = { series: async () => await Promise.reject(new Error("closed")) };
  const other = new UsualHours();
  await assert.rejects(other.of(failing, NOW), /closed/);
  assert.equal((await other.of(stats, NOW))[0]?.tasks, 6);
});
