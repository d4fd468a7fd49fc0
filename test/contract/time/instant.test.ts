import assert from "node:assert/strict";
import { test } from "node:test";

import { millisText, parseInstant, secondsText } from "../../../src/contract/time/instant.ts";

test("any form of RFC 3339 is an instant, to the millisecond", () => {
  const instant = Date.UTC(2024, 0, 2, 3, 4, 5);
  for (const text of [
    "2024-01-02T03:04:05Z",
    "2024-01-02t03:04:05z",
    "2024-01-02 05:34:05+02:30",
    "2024-01-02T3:04:05Z",
  ]) {
    assert.equal(parseInstant(text), instant, text);
  }
  assert.equal(parseInstant("2024-01-02T03:04:05.6789Z"), instant + 678);
  assert.equal(parseInstant("2024-02-29T00:00:00Z"), Date.UTC(2024, 1, 29));
});

test("what is no time is none", () => {
  const none = [
    "",
    "soon",
    "2024-01-02",
    "2024-01-02T03:04:05",
    "2023-02-29T00:00:00Z",
    "2024-00-10T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-01-02T24:00:00Z",
    "2024-01-02T03:04:60Z",
    "2024-01-02T03:04:05+25:00",
    "0999-12-31T00:00:00Z",
    "9999-12-31T23:59:59-05:00",
    "1000-01-01T00:00:00+05:00",
  ];
  for (const text of none) assert.equal(parseInstant(text), null, text);
});

test("times are written in whole seconds", () => {
  assert.equal(secondsText(Date.UTC(2024, 0, 2, 3, 4, 5, 999)), "2024-01-02T03:04:05Z");
  assert.equal(secondsText(-1), "1969-12-31T23:59:59Z");
  for (let time = 0; time < 2; time++) assert.throws(() => secondsText(9e18), RangeError);
});

test("milliseconds are read back as they are written, in any second", () => {
  for (const ms of [0, 1, 999, Date.UTC(2026, 0, 31, 23, 59, 59, 7), Date.UTC(1969, 11, 30, 1, 2, 3, 456)])
    assert.equal(parseInstant(millisText(ms)), ms, millisText(ms));
  assert.equal(millisText(1000), "1970-01-01T00:00:01Z");
  assert.equal(parseInstant("2026-01-01T00:00:00.12xZ"), null);
});
