import assert from "node:assert/strict";
import { test } from "node:test";

import { parseDuration, parseRuleDuration, printDuration } from "../../../src/core/time/duration.ts";
import { fc } from "../../support/seed.ts";

test("a printed duration below a day is read back, cut to two decimals of its last unit", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -86_399_999_999_999n, max: 86_399_999_999_999n }), (ns) => {
      const size = ns < 0n ? -ns : ns;
      const grain = size < 1_000n ? 1n : size < 1_000_000n ? 10n : size < 1_000_000_000n ? 10_000n : 10_000_000n;
      assert.equal(parseDuration(printDuration(ns)), (ns / grain) * grain);
    }),
  );
});

test("sums of whole units are read exactly", () => {
  const part = fc.integer({ min: 0, max: 999 });
  fc.assert(
    fc.property(part, part, part, part, fc.boolean(), (hours, minutes, seconds, millis, negative) => {
      const ns = BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000_000n + BigInt(millis) * 1_000_000n;
      const text = `${hours}h${minutes}m${seconds}s${millis}ms`;
      assert.equal(parseDuration(negative ? `-${text}` : text), negative ? -ns : ns);
    }),
  );
});

test("fractions round as Go's do", () => {
  assert.equal(parseDuration("0.3333333333333333333h"), 1_200_000_000_000n);
  assert.equal(parseDuration(".5s"), 500_000_000n);
  assert.equal(parseDuration("1.s"), 1_000_000_000n);
  assert.equal(parseDuration("0.9ns"), 0n);
});

test("the limits are those of 64 bits", () => {
  assert.equal(parseDuration("9223372036854775807ns"), 2n ** 63n - 1n);
  assert.equal(parseDuration("9223372036854775808ns"), null);
  assert.equal(parseDuration("-9223372036854775808ns"), -(2n ** 63n));
});

test("a number without a unit is a duration only in a rule", () => {
  assert.equal(parseDuration("30"), null);
  assert.equal(parseRuleDuration("30"), 30n);
  assert.equal(parseRuleDuration("-30"), -30n);
  assert.equal(parseRuleDuration("1h"), 3_600_000_000_000n);
  for (const text of ["", "1.5", "1_000", "9223372036854775808", "1d", " 1"])
    assert.equal(parseRuleDuration(text), null);
});

test("people see years, days and at most two decimals", () => {
  assert.equal(printDuration(0n), "0s");
  assert.equal(printDuration(90_061_000_000_000n), "1d1h1m1s");
  assert.equal(printDuration(-63_345_600_000_000_000n), "-2y3d4h");
  assert.equal(printDuration(10_800_005_000_000n), "3h");
  assert.equal(printDuration(999_999_999n), "999.99ms");
});
