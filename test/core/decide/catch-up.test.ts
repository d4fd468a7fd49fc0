import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { type CatchUpPolicy, dueTicks, LATE_AFTER_MS } from "../../../src/core/decide/catch-up.ts";
import { CronError, type CronSchedule, parseCron } from "../../../src/core/cron/cron.ts";
import { fc } from "../../support/seed.ts";

const START = Date.parse("2024-05-01T00:00:00Z");

function schedule(expr: string, zone = "UTC"): CronSchedule {
  const parsed = parseCron(expr, zone);
  assert.ok(!(parsed instanceof CronError));
  return parsed;
}

function policy(catchUp: CatchUpPolicy["catchUp"], window = DAY): CatchUpPolicy {
  return { catchUp, window, lateAfter: LATE_AFTER_MS };
}

function times(values: readonly number[]): string[] {
  return values.map((value) => new Date(value).toISOString().slice(11, 16));
}

describe("dueTicks", () => {
  const hourly = schedule("0 * * * *");

  it("fires a tick that is at most a minute late, whatever the policy", () => {
    for (const catchUp of ["none", "last", "all"] as const) {
      assert.deepEqual(dueTicks(hourly, START, START + HOUR, policy(catchUp), 10), {
        fire: [START + HOUR],
        passed: null,
      });
      const late = dueTicks(hourly, START, START + HOUR + MINUTE, policy(catchUp), 10);
      assert.deepEqual(late, { fire: [START + HOUR], passed: null });
    }
    assert.deepEqual(dueTicks(hourly, START, START + HOUR - 1, policy("all"), 10), { fire: [], passed: null });
  });

  it("skips missed ticks with none, and counts them", () => {
    const { fire, passed } = dueTicks(hourly, START, START + 5 * HOUR, policy("none"), 10);
    assert.deepEqual(times(fire), ["05:00"]);
    assert.deepEqual(passed, { count: 4, more: false, first: START + HOUR, last: START + 4 * HOUR });
  });

  it("catches up the last one with last, when it is inside the window", () => {
    const now = START + 5 * HOUR + 30 * MINUTE;
    const { fire, passed } = dueTicks(hourly, START, now, policy("last"), 10);
    assert.deepEqual(times(fire), ["05:00"]);
    assert.deepEqual([passed?.count, passed?.last], [4, START + 4 * HOUR]);
    const old = dueTicks(hourly, START, now, policy("last", 10 * MINUTE), 10);
    assert.deepEqual([old.fire, old.passed?.count, old.passed?.last], [[], 5, START + 5 * HOUR]);
    const single = dueTicks(hourly, START, START + HOUR + 30 * MINUTE, policy("last"), 10);
    assert.deepEqual(single, { fire: [START + HOUR], passed: null });
  });

  it("catches up the complete window with all", () => {
    const { fire, passed } = dueTicks(hourly, START, START + 5 * HOUR, policy("all", 2 * HOUR), 10);
    assert.deepEqual(times(fire), ["03:00", "04:00", "05:00"]);
    assert.deepEqual([passed?.count, passed?.last], [2, START + 2 * HOUR]);
  });

  it("stops at the limit and continues from there", () => {
    const first = dueTicks(hourly, START, START + 5 * HOUR, policy("all"), 3);
    assert.deepEqual(times(first.fire), ["01:00", "02:00", "03:00"]);
    const rest = dueTicks(hourly, first.fire.at(-1) ?? 0, START + 5 * HOUR, policy("all"), 3);
    assert.deepEqual(times(rest.fire), ["04:00", "05:00"]);
  });

  it("yields nothing at or before the cursor when the clock was set back", () => {
    const none = { fire: [], passed: null };
    assert.deepEqual(dueTicks(hourly, START + 3 * HOUR, START + HOUR, policy("all"), 10), none);
    assert.deepEqual(dueTicks(hourly, START + 3 * HOUR, START + 3 * HOUR, policy("all"), 10), none);
  });

  it("does not scan a year of seconds", () => {
    const everySecond = schedule("* * * * * *");
    let asked = 0;
    const next = (after: number): number | null => {
      asked++;
      return everySecond.next(after);
    };
    const counted: CronSchedule = { ...everySecond, next };
    const year = 365 * DAY;
    const { fire, passed } = dueTicks(counted, START, START + year, policy("none"), 1000);
    assert.ok(asked < 12_000, `${asked} steps`);
    assert.deepEqual(passed, { count: 10_000, more: true, first: START + 1000, last: START + year - MINUTE - 1000 });
    assert.equal(fire.length, 61);

    const last = dueTicks(counted, START, START + year, policy("last"), 1000);
    assert.deepEqual([last.fire[0], last.fire.length], [START + year - MINUTE - 1000, 62]);

    // Seconds of one minute a day: the last one before the end is hours ago.
    const sparse = dueTicks(schedule("* 5 0 * * *"), START, START + year + 6 * HOUR, policy("none"), 10);
    assert.deepEqual([sparse.fire, sparse.passed?.last], [[], START + year + 5 * MINUTE + 59_000]);
  });

  it("keeps the rhythm of @every over a downtime", () => {
    const { fire, passed } = dueTicks(schedule("@every 7s"), START, START + 30 * DAY, policy("none"), 1000);
    assert.equal(((passed?.last ?? 0) - START) % 7000, 0);
    assert.ok(fire.every((at) => (at - START) % 7000 === 0));
    assert.equal(fire[0], (passed?.last ?? 0) + 7000);
  });

  it("never fires a tick twice, and with all misses none inside the window, however the clock jumps", () => {
    const expr = fc.constantFrom("*/7 * * * *", "0 * * * *", "30 1,2,3 * * *", "@every 11m", "15 */40 * * * *");
    const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe");
    const jump = fc.oneof(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: -90, max: 90 }),
      fc.integer({ min: 90, max: 900 }),
    );
    const starts = fc.constantFrom(START, Date.parse("2010-11-06T20:00:00Z"), Date.parse("2024-10-26T20:00:00Z"));
    fc.assert(
      fc.property(
        expr,
        zone,
        starts,
        fc.array(jump, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 30 }),
        (text, where, start, jumps, limit) => {
          const cron = schedule(text, where);
          const fired: number[] = [];
          let [cursor, now, latest] = [start, start, start];
          for (const minutes of jumps) {
            now += minutes * MINUTE;
            latest = Math.max(latest, now);
            for (;;) {
              const { fire, passed } = dueTicks(cron, cursor, now, policy("all", 365 * DAY), limit);
              assert.equal(passed, null);
              assert.ok(fire.every((at) => at > cursor && at <= now));
              fired.push(...fire);
              cursor = fire.at(-1) ?? cursor;
              if (fire.length < limit) break;
            }
          }
          const wanted: number[] = [];
          for (let at = cron.next(start); at !== null && at <= latest; at = cron.next(at)) wanted.push(at);
          assert.deepEqual(fired, wanted);
        },
      ),
      { numRuns: 200 },
    );
  });
});
