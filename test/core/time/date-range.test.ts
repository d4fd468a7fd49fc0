import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import { printDates } from "../../../src/core/time/date-range.ts";

const print = (...times: string[]): string => printDates(times.map((time) => wallOf(Date.parse(time))));

test("hours, when two times share a day", () => {
  assert.equal(
    print("2023-03-04T06:00Z", "2023-03-04T05:00Z", "2023-03-04T08:00Z"),
    "2023/03/04T05-2023/03/04T06,2023/03/04T08",
  );
  assert.equal(print("2023-03-04T05:10Z", "2023-03-04T05:20Z"), "2023/03/04T05,2023/03/04T05");
});

test("days, when two times share a month", () => {
  assert.equal(print("2023-03-30", "2023-03-31", "2023-04-01"), "2023/03/30-2023/04/01");
  assert.equal(print("2023-03-04", "2023-03-06"), "2023/03/04T00,2023/03/06T00");
});

test("months otherwise", () => {
  assert.equal(print("2023-11-01", "2023-12-31", "2024-01-15", "2024-05-01T10:00Z"), "2023/11-2024/01,2024/05/01T10");
});

test("duplicates count once, and no times give no range", () => {
  assert.equal(print("2023-03-04", "2023-03-04"), "2023/03/04T00");
  assert.equal(print(), "");
});
