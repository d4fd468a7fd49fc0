import { expect, test } from "vitest";
import { barsOf } from "../../web/routes/tasks/range/bars.ts";
import { createdIn, drawnOf, shifted, writtenSpan, zoomed, zoomedOut } from "../../web/routes/tasks/range/range.ts";
import { ticksOf } from "../../web/services/time/time-ticks.ts";
import { fromWall, queryClock, toWall } from "../../web/services/time/zone.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 14, 14, 32, 10);
const clock = queryClock(NOW, "Europe/Berlin");
const text = (at: number): string => new Date(at).toISOString();

test("a wall time goes to its instant and back, in summer and in winter", () => {
  for (const at of [NOW, Date.UTC(2026, 6, 1, 5), Date.UTC(2026, 2, 29, 3, 30)])
    expect(fromWall(toWall(at, "Europe/Berlin"), "Europe/Berlin")).toBe(at);
});

test("the time of a query is by the clocks of the zone; a relative one slides", () => {
  const today = createdIn("type:load created:today", clock);
  expect(text(today?.from ?? 0)).toBe("2026-01-13T23:00:00.000Z");
  expect(createdIn("created>-2h", clock)).toEqual({ from: NOW - 2 * HOUR + 1, until: null });
  expect(createdIn("type:load", clock)).toBeNull();
});

test("hours and days are asked of the counters where these know the query", () => {
  const day = drawnOf("type:load created:today", clock);
  expect([day.by, day.query, day.isCounted, day.isExact]).toEqual(["hour", "type:load", true, true]);
  const words = drawnOf("boom created:today", clock);
  expect([words.by, words.query, words.isCounted]).toEqual(["hour", "boom created:today", false]);
  expect(drawnOf("created>-2h", clock).by).toBe("minute");
  expect(drawnOf("", clock).by).toBe("day");
  // The ends stay the same for a minute, so that the same answer serves.
  const later = queryClock(NOW + 20_000, "Europe/Berlin");
  expect(drawnOf("created>-2h", later)).toEqual(drawnOf("created>-2h", clock));
});

test("a drawn range becomes a condition that means exactly it", () => {
  const span = { from: Date.UTC(2026, 0, 14, 13), until: Date.UTC(2026, 0, 14, 14, 30) };
  const query = zoomed("type:load created:today", span);
  expect(query).toBe("type:load created:2026-01-14T13:00:00Z..2026-01-14T14:29:59Z");
  expect(createdIn(query, clock)).toEqual(span);
  expect(writtenSpan("created:2026-01-14T13:00:00Z..2026-01-14T14:29:59Z")).toEqual(span);
  expect(createdIn(shifted(query, -1, clock) ?? "", clock)).toEqual({
    from: span.from - 1.5 * HOUR,
    until: span.until - 1.5 * HOUR,
  });
  const out = createdIn(zoomedOut(query, span, NOW), clock);
  expect((out?.until ?? 0) - (out?.from ?? 0)).toBe(4.5 * HOUR);
  expect(out?.until).toBeLessThanOrEqual(NOW + 60_000);
});

test("an hour without tasks keeps its place, and a day of 23 hours is one bar", () => {
  const drawn = drawnOf("created:today", clock);
  const empty = { complete: 0, error: 0, warn: 0, alert: 0, unknown: 0, cancelled: 0, unfinished: 0 };
  const at = text(drawn.from + 2 * HOUR);
  const bars = barsOf([{ at, ...empty, total: 3, complete: 2, unknown: 1 }], drawn, "Europe/Berlin");
  expect(bars.length).toBe(24);
  expect(bars[2]?.parts.filter((part) => part.count > 0)).toEqual([
    { status: "complete", count: 2 },
    { status: "error", count: 1 },
  ]);
  const spring = drawnOf("created:2026-03-26..2026-04-02", clock);
  expect(barsOf([], spring, "Europe/Berlin").map(({ from, until }) => (until - from) / HOUR)).toEqual([
    24, 24, 24, 23, 24, 24, 24, 24,
  ]);
});

test("an axis has round times of its zone", () => {
  const from = Date.UTC(2026, 0, 13, 23);
  const names = ticksOf({ from, until: from + 24 * HOUR }, "Europe/Berlin", 9).map(({ name }) => name);
  expect(names).toEqual(["14 Jan", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]);
});
