import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { instantOfWallTime, isZone, wallTime, ZoneError, zoneOf } from "../../../src/core/time/zone.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { fc } from "../../support/seed.ts";

function wall(text: string): {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
} {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second };
}

function instant(text: string, zone: string): string {
  return new Date(instantOfWallTime(wall(text), zone)).toISOString();
}

describe("zones", () => {
  it("are known by their names in the time zone database, in its spelling", () => {
    for (const name of [
      "UTC",
      "Europe/Berlin",
      "Asia/Kolkata",
      "Asia/Calcutta",
      "GB",
      "EST5EDT",
      "Etc/GMT+5",
      "Zulu",
    ]) {
      assert.ok(isZone(name), name);
    }
    for (const name of [
      "",
      "europe/berlin",
      "America/New_york",
      "PST",
      "SystemV/EST5",
      "+05:00",
      "Mars/Olympus",
      "__proto__",
    ]) {
      assert.ok(!isZone(name), name);
    }
    assert.throws(() => zoneOf("Mars/Olympus"), ZoneError);
  });

  it("may be a fixed offset where no name is required", () => {
    assert.equal(zoneOf("-03:30").offsetAt(0), -3.5 * HOUR);
    assert.deepEqual(wallTime(0, "+05:45"), wall("1970-01-01T05:45:00"));
  });

  it("change their offset at the exact millisecond", () => {
    const berlin = zoneOf("Europe/Berlin");
    const change = Date.parse("2024-03-31T01:00:00Z");
    assert.equal(berlin.offsetAt(change - 1), HOUR);
    assert.equal(berlin.offsetAt(change), 2 * HOUR);
  });

  it("distinguish two changes within a week", () => {
    const noronha = zoneOf("America/Noronha");
    assert.equal(noronha.offsetAt(Date.parse("2000-10-07T12:00:00Z")), -2 * HOUR);
    assert.equal(noronha.offsetAt(Date.parse("2000-10-10T12:00:00Z")), -HOUR);
    assert.equal(noronha.offsetAt(Date.parse("2000-10-16T12:00:00Z")), -2 * HOUR);
  });

  it("show what Intl shows, at any moment", () => {
    const zones = ["Europe/Dublin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "Africa/Monrovia"];
    const formats = new Map(
      zones.map((timeZone) => [
        timeZone,
        new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" }),
      ]),
    );
    const seconds = fc.integer({ min: Date.parse("1900-01-01") / 1000, max: Date.parse("2100-01-01") / 1000 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), seconds, (zone, second) => {
        const shown =
          formats
            .get(zone)
            ?.format(second * 1000)
            .replace(", ", "T") ?? "";
        assert.deepEqual(wallTime(second * 1000, zone), wall(shown));
      }),
      { numRuns: 500 },
    );
  });

  it("convert the time that they show back to its instant, outside of clock changes", () => {
    const days = fc.integer({ min: 0, max: 50 * 365 });
    fc.assert(
      fc.property(fc.constantFrom("America/New_York", "Europe/Berlin", "Pacific/Apia"), days, (zone, day) => {
        const noon = day * 24 * HOUR + 12 * HOUR;
        assert.equal(instantOfWallTime(wallTime(noon, zone), zone), noon);
      }),
      { numRuns: 300 },
    );
  });

  it("read skipped and doubled hours as Go's time.Date does", () => {
    assert.equal(instant("2024-03-10T02:30:00", "America/New_York"), "2024-03-10T06:30:00.000Z");
    assert.equal(instant("2024-11-03T01:30:00", "America/New_York"), "2024-11-03T05:30:00.000Z");
    assert.equal(instant("2024-03-31T02:30:00", "Europe/Berlin"), "2024-03-31T01:30:00.000Z");
    assert.equal(instant("2024-10-27T02:30:00", "Europe/Berlin"), "2024-10-27T01:30:00.000Z");
  });

  it("carry parts that overflow", () => {
    assert.equal(instant("2024-14-31T25:00:00", "UTC"), "2025-03-04T01:00:00.000Z");
  });
});
