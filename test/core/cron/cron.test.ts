import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CronError, type CronSchedule, parseCron } from "../../../src/core/cron/cron.ts";
import { fc } from "../../support/seed.ts";

function schedule(expr: string, zone = "UTC"): CronSchedule {
  const parsed = parseCron(expr, zone);
  assert.ok(!(parsed instanceof CronError), parsed instanceof CronError ? parsed.message : "");
  return parsed;
}

function nextOf(expr: string, after: string, zone = "UTC"): string | null {
  const next = schedule(expr, zone).next(Date.parse(after));
  return next === null ? null : new Date(next).toISOString();
}

describe("parseCron", () => {
  it("refuses with a code and a sentence that names the field and the limit", () => {
    const refusals: readonly (readonly [expr: string, code: string, message: RegExp])[] = [
      ["", "cron_empty", /empty/],
      ["60 * * * *", "cron_range", /minute: 60 is above the maximum 59/],
      ["0 0 0 * *", "cron_range", /day of month: 0 is below the minimum 1/],
      ["0 6 * * 7", "cron_range", /write Sunday as 0 or sun$/],
      ["0 6 * * 5-7", "cron_range", /write Sunday as 0 or sun, listed apart$/],
      ["0 22-2 * * *", "cron_range", /hour: the range "22-2" ends before it begins/],
      ["*/0 * * * *", "cron_step", /step/],
      ["1/2/3 * * * *", "cron_step", /more than one slash/],
      ["0 0 * * MONDAY", "cron_value", /day of week: "MONDAY" is not a number; write 0 to 6 or a name like sun/],
      ["* * * *", "cron_field_count", /4 fields; write five, or six/],
      ["@dayly", "cron_descriptor", /@daily/],
      ["@every 5", "cron_duration", /@every 1h30m/],
      ["TZ=Europe/berlin 0 0 * * *", "cron_zone", /"Europe\/berlin" is not known/],
      ["TZ=UTC", "cron_field_count", /no fields after the zone/],
    ];
    for (const [expr, code, message] of refusals) {
      const parsed = parseCron(expr, "UTC");
      assert.ok(parsed instanceof CronError, expr);
      assert.equal(parsed.code, code, expr);
      assert.match(parsed.message, message);
    }
  });

  it("prefers the zone of its prefix to the default, and reports it", () => {
    assert.equal(schedule("0 9 * * *", "Asia/Tokyo").zone, "Asia/Tokyo");
    assert.equal(schedule("CRON_TZ=Europe/Berlin 0 9 * * *", "Asia/Tokyo").zone, "Europe/Berlin");
    assert.equal(schedule("TZ= 0 9 * * *", "Asia/Tokyo").zone, "UTC");
    assert.equal(schedule("TZ=Local 0 9 * * *", "Asia/Tokyo").zone, "Asia/Tokyo");
  });

  it("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      "*",
      "?",
      "/",
      "-",
      ",",
      " ",
      "\t",
      "5",
      "61",
      "mon",
      "@every ",
      "TZ=",
      "UTC ",
      "1h",
      "ſun",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const parsed = parseCron(pieces.join(""), "Europe/Berlin");
        if (!(parsed instanceof CronError)) parsed.next(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("next", () => {
  // The walk cuts 02:59:58 to 02:00, which this clock shows twice, and takes the later one, so it has passed 01:00 already.
  it("misses the second pass of an hour where the clock falls back by two hours, as robfig/cron v3 does", () => {
    const nextInTroll = (expr: string, after: string) => nextOf(expr, after, "Antarctica/Troll");
    assert.equal(nextInTroll("0 * 0,1 * * 0", "2023-10-29T00:59:58Z"), "2023-11-05T00:00:00.000Z");
    assert.equal(nextInTroll("0 * 0,1 * * *", "2023-10-29T00:59:58Z"), "2023-10-30T00:00:00.000Z");
    assert.equal(nextInTroll("0 0 1 * * *", "2023-10-28T23:00:00Z"), "2023-10-29T01:00:00.000Z");
  });

  it("is strictly after the given moment, to the millisecond", () => {
    assert.equal(nextOf("0 * * * *", "2024-01-01T10:00:00.000Z"), "2024-01-01T11:00:00.000Z");
    assert.equal(nextOf("0 * * * *", "2024-01-01T09:59:59.999Z"), "2024-01-01T10:00:00.000Z");
  });

  it("gives up after five calendar years", () => {
    assert.equal(nextOf("0 0 30 2 *", "2024-01-01T00:00:00Z"), null);
    assert.equal(nextOf("0 0 29 2 *", "2097-01-01T00:00:00Z"), null);
    assert.equal(nextOf("0 0 29 2 *", "2099-01-01T00:00:00Z"), "2104-02-29T00:00:00.000Z");
  });

  it("counts @every from the given moment, in whole seconds, at least one", () => {
    assert.equal(nextOf("@every 90s", "2024-01-01T00:00:00.700Z"), "2024-01-01T00:01:30.000Z");
    assert.equal(schedule("@every 1999ms").every, 1000);
    assert.equal(schedule("@every -5m").every, 1000);
    assert.equal(schedule("0 * * * *").every, null);
  });

  it("leaves a day that the zone skipped", () => {
    assert.equal(nextOf("0 0 30 12 *", "2011-12-29T15:00:00Z", "Pacific/Apia"), "2012-12-29T10:00:00.000Z");
    assert.equal(nextOf("0 0 * * *", "2011-12-29T15:00:00Z", "Pacific/Apia"), "2011-12-30T10:00:00.000Z");
  });
});
