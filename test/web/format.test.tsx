import { expect, test } from "vitest";
import { ago, Clock, count, duration, share, successShare } from "../../web/services/format.ts";

test("counts have thousands, from a million one figure", () => {
  expect([0, 17_833, 999_999, 9_812_345, 123_456_789].map(count)).toEqual(["0", "17,833", "999,999", "9.8 M", "123 M"]);
});

test("a duration names the two largest units that matter", () => {
  expect([0, 400, 9950, 48_000, 59_600, 66_000, 11_400_000, 86_400_000, 187_200_000].map(duration)).toEqual([
    "0.0 s",
    "0.4 s",
    "10 s",
    "48 s",
    "1 m 00 s",
    "1 m 06 s",
    "3 h 10 m",
    "1 d 0 h",
    "2 d 4 h",
  ]);
});

test("what was is ago, what comes is in", () => {
  const now = Date.UTC(2026, 0, 14, 12);
  expect([now, now - 28 * 60_000, now + 17 * 60_000, now - 3 * 86_400_000].map((at) => ago(at, now))).toEqual([
    "now",
    "28 m ago",
    "in 17 m",
    "3 d ago",
  ]);
});

test("a share shows two digits that count", () => {
  expect([0, 0.0007, 0.024, 0.12, 1].map(share)).toEqual(["0 %", "0.070 %", "2.4 %", "12 %", "100 %"]);
});

test("a clock shows the zone, and the day only of another day", () => {
  const now = Date.UTC(2026, 0, 14, 12);
  const clock = new Clock("Europe/Berlin");
  expect(clock.moment(now, now)).toBe("13:00:00");
  expect(clock.moment(Date.UTC(2026, 0, 13, 23, 30), now)).toBe("00:30:00");
  expect(clock.moment(Date.UTC(2025, 11, 30), now)).toBe("30 Dec 2025 01:00:00");
});

test("a share of success has the digits that say how many failed", () => {
  const shares = [
    [100, 0],
    [986, 14],
    [9995, 5],
    [857, 143],
    [0, 3],
    [999_999, 1],
  ] as const;
  expect(shares.map(([well, failed]) => successShare(well, failed))).toEqual([
    "100 %",
    "98.6 %",
    "99.95 %",
    "86 %",
    "0 %",
    "99.999 %",
  ]);
  expect(successShare(0, 0)).toBeNull();
});
