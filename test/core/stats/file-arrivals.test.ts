import { zoneOf } from "../../../src/core/time/zone.ts";
import { digitsOf, wallOf, type WallMs } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import {
  arrivalStats as statsIn,
  MAX_GAPS,
  type Arrival,
  type ArrivalStats,
} from "../../../src/core/stats/file-arrivals.ts";

/** A Monday. */
const START = Date.UTC(2026, 10, 2);

function arrivalStats(arrivals: readonly Arrival[], now: number): ArrivalStats {
  return statsIn(arrivals, now, zoneOf("UTC"));
}

function daily(days: readonly number[], delay = 2 * HOUR) {
  return days.map((day) => ({ taskTime: wallOf(START + day * DAY), receivedAt: START + day * DAY + delay }));
}

function dates(times: readonly WallMs[]): string[] {
  return times.map((time) => new Date(digitsOf(time)).toISOString().slice(0, 13));
}

test("the usual arrival is the median of the last thirty, so one late file changes nothing", () => {
  const arrivals = [...daily([0, 1, 2, 3], 9 * HOUR), ...daily(Array.from({ length: 30 }, (_, n) => 10 + n))];
  arrivals.push({ taskTime: wallOf(START + 40 * DAY), receivedAt: START + 50 * DAY });
  const { usualDelay, longestDelay } = arrivalStats(arrivals, 0);
  assert.deepEqual([usualDelay, longestDelay], [2 * HOUR, 10 * DAY]);
  assert.equal(arrivalStats(daily([0, 1]), 0).usualDelay, null);
});

test("gaps are the task times between others, and those after the last one that are later than ever before", () => {
  const arrivals = daily([0, 1, 2, 3, 4, 5, 6, 8, 9]);
  const { step, gaps } = arrivalStats(arrivals, START + 11 * DAY + HOUR);
  assert.deepEqual(step, { ms: DAY });
  assert.deepEqual(dates(gaps), ["2026-11-09T00", "2026-11-12T00"]);
  assert.deepEqual(dates(arrivalStats(arrivals, START + 10 * DAY + HOUR).gaps), ["2026-11-09T00"]);
});

test("weekends and nights without any arrival are not gaps", () => {
  const weekdays = daily([0, 1, 2, 3, 4, 7, 8, 9, 11, 14]);
  assert.deepEqual(dates(arrivalStats(weekdays, START + 14 * DAY).gaps), ["2026-11-12T00"]);
  const office = [0, 1, 2].flatMap((day) => [9, 10, 11, 12].map((hour) => START + day * DAY + hour * HOUR));
  const times = office.filter((time) => time !== START + DAY + 11 * HOUR);
  const arrivals = times.map((taskTime) => ({ taskTime: wallOf(taskTime), receivedAt: taskTime + HOUR }));
  assert.deepEqual(dates(arrivalStats(arrivals, START + 3 * DAY).gaps), ["2026-11-03T11"]);
});

test("months are steps of their own length", () => {
  const months = [0, 1, 2, 4, 5].map((month) => Date.UTC(2026, month, 1));
  const arrivals = months.map((taskTime) => ({ taskTime: wallOf(taskTime), receivedAt: taskTime + DAY }));
  const { step, gaps } = arrivalStats(arrivals, Date.UTC(2026, 5, 20));
  assert.equal(step, "month");
  assert.deepEqual(dates(gaps), ["2026-04-01T00"]);
});

test("without a usual step nothing is missing, and the answer is bounded", () => {
  const uneven = daily([0, 1, 5, 17, 40]);
  assert.deepEqual([arrivalStats(uneven, START + 90 * DAY).step, arrivalStats(uneven, 0).gaps], [null, []]);
  assert.deepEqual(arrivalStats([], 0), {
    usualDelay: null,
    longestDelay: null,
    step: null,
    gaps: [],
    moreGaps: false,
  });
  const { gaps, moreGaps } = arrivalStats(daily([0, 1, 2, 3]), START + 2000 * DAY);
  assert.equal(gaps.length, MAX_GAPS);
  assert.equal(moreGaps, true);
});
