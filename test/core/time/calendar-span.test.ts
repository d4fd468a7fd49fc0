import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import { addCalendar } from "../../../src/core/time/calendar-span.ts";
import { parseLongDuration, parseSpan } from "../../../src/core/time/duration.ts";
import { instantOnWall, wallAt } from "../../../src/core/time/wall-ms.ts";
import { digitsOf, wallOf } from "../../../src/contract/time/wall-ms.ts";
import { zoneOf } from "../../../src/core/time/zone.ts";
import { fc } from "../../support/seed.ts";

const ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut"];
const MOMENT = fc
  .integer({ min: Date.UTC(2015, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 })
  .map((second) => second * 1000);

test("so many days later the clock shows that day, and the same time where it is not skipped", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), MOMENT, fc.integer({ min: -800, max: 800 }), (name, at, days) => {
      const zone = zoneOf(name);
      const wanted = digitsOf(wallAt(at, zone)) + days * DAY;
      const shown = digitsOf(wallAt(addCalendar(at, { months: 0, days }, zone), zone));
      assert.equal(Math.floor(shown / DAY), Math.floor(wanted / DAY));
      assert.ok(shown === wanted || (days !== 0 && shown > wanted && shown - wanted <= HOUR));
    }),
  );
});

test("a wall time that is shown has its first instant, and any instant is found again by its wall time or an earlier one", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), MOMENT, (name, at) => {
      const zone = zoneOf(name);
      const wall = wallAt(at, zone);
      const found = instantOnWall(wall, zone);
      assert.equal(wallAt(found, zone), wall);
      assert.ok(found === at || (found < at && at - found <= HOUR));
    }),
  );
});

test("a skipped midnight is an hour later, not on the day before", () => {
  const zone = zoneOf("America/Sao_Paulo");
  const skipped = wallOf(Date.UTC(2018, 10, 4));
  assert.equal(wallAt(instantOnWall(skipped, zone), zone), Date.UTC(2018, 10, 4, 1));
});

test("months end on the last day where they are shorter", () => {
  const at = Date.UTC(2026, 4, 31, 3);
  assert.equal(addCalendar(at, { months: -3, days: 0 }, zoneOf("UTC")), Date.UTC(2026, 1, 28, 3));
});

test("spans are read with days, weeks and months; a duration has no months", () => {
  assert.deepEqual(parseSpan("-1d"), { days: { months: 0, days: -1 }, ns: 0n });
  assert.deepEqual(parseSpan("1mo2w1d12h"), { days: { months: 1, days: 15 }, ns: 43_200_000_000_000n });
  assert.deepEqual(parseSpan("-1d1h"), { days: { months: 0, days: -1 }, ns: -3_600_000_000_000n });
  assert.deepEqual(parseSpan("-24h"), { days: { months: 0, days: 0 }, ns: -86_400_000_000_000n });
  for (const text of ["1.5d", "d", "1d-1h", "1h1d", "", "-", "1y"]) assert.equal(parseSpan(text), null, text);
  assert.equal(parseLongDuration("1w1d"), 8n * 86_400_000_000_000n);
  assert.equal(parseLongDuration("1mo"), "months");
});
