import assert from "node:assert/strict";
import { test } from "node:test";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { edgesOf, periodAt, periodBefore, PERIODS, type Period } from "../../../src/core/time/period.ts";
import { zoneOf } from "../../../src/core/time/zone.ts";

const BERLIN = zoneOf("Europe/Berlin");

function span(period: Period, at: string, zone = BERLIN): readonly string[] {
  const { from, to } = periodAt(period, Date.parse(at), zone);
  return [from, to].map((ms) => new Date(ms).toISOString().slice(0, 16));
}

test("a period begins and ends by the clocks of its zone", () => {
  assert.deepEqual(span("hour", "2026-11-24T12:34:56Z"), ["2026-11-24T12:00", "2026-11-24T13:00"]);
  assert.deepEqual(span("day", "2026-11-24T23:30:00Z"), ["2026-11-24T23:00", "2026-11-25T23:00"]);
  assert.deepEqual(span("week", "2026-11-29T22:59:59Z"), ["2026-11-22T23:00", "2026-11-29T23:00"], "a Sunday");
  assert.deepEqual(span("week", "2026-11-29T23:00:00Z"), ["2026-11-29T23:00", "2026-12-06T23:00"], "a Monday");
  assert.deepEqual(span("month", "2028-02-29T12:00:00Z"), ["2028-01-31T23:00", "2028-02-29T23:00"]);
  assert.deepEqual(span("month", "2026-12-31T23:30:00Z"), ["2026-12-31T23:00", "2027-01-31T23:00"]);
  assert.deepEqual(span("hour", "2026-11-24T12:34:56Z", zoneOf("Asia/Kolkata")), [
    "2026-11-24T12:30",
    "2026-11-24T13:30",
  ]);
});

test("a day on which the clocks change is shorter or longer, and an hour never is", () => {
  const hours = (period: Period, at: string): number => {
    const { from, to } = periodAt(period, Date.parse(at), BERLIN);
    return (to - from) / HOUR;
  };
  assert.deepEqual([hours("day", "2026-03-29T12:00:00Z"), hours("day", "2026-10-25T12:00:00Z")], [23, 25]);
  assert.equal(hours("week", "2026-10-25T12:00:00Z"), 169);
  // 02:00 to 03:00 is there twice.
  assert.deepEqual(span("hour", "2026-10-25T00:30:00Z"), ["2026-10-25T00:00", "2026-10-25T01:00"]);
  assert.deepEqual(span("hour", "2026-10-25T01:30:00Z"), ["2026-10-25T01:00", "2026-10-25T02:00"]);
});

test("the period before ends where the next begins, whatever the clocks do", () => {
  for (const period of PERIODS) {
    let one = periodAt(period, Date.parse("2026-11-02T00:10:00Z"), BERLIN);
    for (let n = 0; n < 60; n++) {
      const before = periodBefore(period, one, BERLIN);
      assert.equal(before.to, one.from, `${period} before ${new Date(one.from).toISOString()}`);
      one = before;
    }
  }
});

test("the edges of a period are its hours or days, whatever the clocks do", () => {
  const lengths = (period: Period, at: string): number[] => {
    const edges = edgesOf(period, periodAt(period, Date.parse(at), BERLIN), BERLIN);
    return edges.slice(1).map((to, n) => (to - (edges[n] ?? to)) / HOUR);
  };
  assert.deepEqual(lengths("week", "2026-10-25T12:00:00Z"), [24, 24, 24, 24, 24, 24, 25]);
  assert.deepEqual(
    lengths("day", "2026-03-29T12:00:00Z"),
    Array.from({ length: 23 }, () => 1),
  );
  assert.deepEqual(lengths("hour", "2026-10-25T01:30:00Z"), [1]);
  assert.equal(lengths("month", "2028-02-10T12:00:00Z").length, 29);
});
