import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { digitsOf, wallOf } from "../../../src/contract/time/wall-ms.ts";
import { arrivalSlots, slotSpan } from "../../../src/core/stats/arrival-slots.ts";
import { zoneOf } from "../../../src/core/time/zone.ts";

/** A Monday. */
const START = Date.UTC(2026, 10, 2);
const UTC = zoneOf("UTC");
const NONE = { from: null, to: null };

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

test("the slots are what came and what is expected: missing once it is later than ever, else due or still to come", () => {
  const before = [4, 10, 11].map((hour) => START - DAY * 7 + hour * HOUR);
  const hours = [0, 1, 2, 3, 5, 6, 7, 8, 9].map((hour) => START + hour * HOUR);
  const arrivals = [...before, ...hours].map((time) => ({ taskTime: wallOf(time), receivedAt: time + 2 * MINUTE }));
  const span = { from: wallOf(START + 2 * HOUR), until: wallOf(START + 13 * HOUR) };
  const habit = { step: { ms: HOUR }, longestDelay: HOUR };
  const slots = arrivalSlots(arrivals, habit, span, START + 11 * HOUR + 30 * MINUTE, UTC);
  assert.deepEqual(
    slots.map(({ taskTime, state, delayMs }) => [(digitsOf(taskTime) - START) / HOUR, state, delayMs]),
    [
      [2, "came", 2 * MINUTE],
      [3, "came", 2 * MINUTE],
      [4, "missing", null],
      ...[5, 6, 7, 8, 9].map((hour) => [hour, "came", 2 * MINUTE]),
      [10, "missing", null],
      [11, "due", null],
    ],
    "no file ever was of 12 o'clock",
  );
  assert.deepEqual(arrivalSlots(arrivals, { step: null, longestDelay: null }, span, START + DAY, UTC).length, 7);
});

test("a file of a zone is as late as the clocks of the zone say", () => {
  const taskTime = wallOf(START + 8 * HOUR);
  const span = { from: wallOf(START), until: wallOf(START + DAY) };
  const receivedAt = START + 7 * HOUR + 5 * MINUTE;
  const [slot] = arrivalSlots(
    [{ taskTime, receivedAt }],
    { step: null, longestDelay: null },
    span,
    START + DAY,
    zoneOf("Europe/Berlin"),
  );
  assert.equal(slot?.delayMs, 5 * MINUTE);
});

test("the span fits the habit, and days that are asked for go before it", () => {
  // A Wednesday.
  const now = START + 9 * DAY + HOUR;
  const days = (...of: Parameters<typeof slotSpan>): readonly string[] => {
    const { from, until } = slotSpan(...of);
    return [dateOf(digitsOf(from)), dateOf(digitsOf(until))];
  };
  assert.deepEqual(days(NONE, { ms: HOUR }, now, UTC), ["2026-10-29", "2026-11-12"]);
  assert.deepEqual(days(NONE, null, now, UTC), ["2026-10-29", "2026-11-12"]);
  assert.deepEqual(days(NONE, { ms: DAY }, now, UTC), ["2026-09-21", "2026-11-16"], "Mondays");
  assert.deepEqual(days(NONE, "month", now, UTC), ["2025-01-01", "2027-01-01"]);
  const asked = { from: wallOf(START), to: wallOf(START + DAY) };
  assert.deepEqual(days(asked, "month", now, UTC), ["2026-11-02", "2026-11-04"]);
  assert.deepEqual(days({ from: null, to: wallOf(START) }, { ms: HOUR }, now, UTC), ["2026-10-20", "2026-11-03"]);
});
