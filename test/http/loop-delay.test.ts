import assert from "node:assert/strict";
import { createHistogram } from "node:perf_hooks";
import test from "node:test";
import { delaysOf, LoopDelay } from "../../src/http/loop-delay.ts";

/** Turns of a timer that took so many milliseconds each. */
function turns(...ms: readonly number[]) {
  const histogram = createHistogram();
  for (const one of ms) histogram.record(Math.round(one * 1e6));
  return histogram;
}

/** The histogram is exact to a thousandth. */
function about(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) <= 0.5, `${found} instead of ${expected}`);
}

test("the timer that measures is no delay itself: only what it comes late is", () => {
  const idle = delaysOf(turns(20, 20, 20), 20);
  for (const delay of Object.values(idle)) about(delay, 0);
  const blocked = delaysOf(turns(...Array<number>(97).fill(20), 70, 70, 320), 20);
  about(blocked.p50, 0);
  about(blocked.p99, 50);
  about(blocked.max, 300);
});

test("a turn that comes early after a late one is no negative delay", () => {
  assert.deepEqual(delaysOf(turns(12, 12), 20), { p50: 0, p99: 0, max: 0 });
});

test("the first answer, which begins to measure, is 0", () => {
  assert.deepEqual(new LoopDelay(20).take(), { p50: 0, p99: 0, max: 0 });
});
