import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { CronError, type CronSchedule, parseCron } from "../../../src/core/cron/cron.ts";
import { TickCounter } from "../../../src/core/cron/tick-counter.ts";
import { fc, tries } from "../../support/seed.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Africa/Cairo",
  "Pacific/Apia",
];
const CRONS = [
  "* * * * *",
  "*/5 * * * *",
  "30 2 * * *",
  "0 0 1 * *",
  "15 */7 * * 1-5",
  "0 12 13 * fri",
  "0 0 31 2 *",
  "*/20 10 3 * * *",
  "@hourly",
  "@weekly",
  "@every 7m",
  "@every 36h",
];

function cron(text: string, zone: string): CronSchedule {
  const parsed = parseCron(text, zone);
  assert.ok(!(parsed instanceof CronError));
  return parsed;
}

function ticks(schedule: CronSchedule, from: number, until: number): number[] {
  const found: number[] = [];
  for (let at = schedule.next(from - 1); at !== null && at < until; at = schedule.next(at)) found.push(at);
  return found;
}

test("as many ticks are counted as there are, around changes of the clocks too", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CRONS),
      fc.constantFrom(...ZONES),
      fc.integer({ min: Date.UTC(2011, 0, 1) / 1000, max: Date.UTC(2026, 11, 31) / 1000 }),
      fc.integer({ min: 1, max: (9 * DAY) / 1000 }),
      (text, zone, fromSeconds, seconds) => {
        const from = fromSeconds * 1000;
        const until = from + seconds * 1000;
        const schedule = cron(text, zone);
        // `@every` is counted from a tick before.
        const counter = new TickCounter(schedule, from - 1000, { left: 1e6 });
        const found = ticks(schedule, from, until);
        assert.equal(counter.count(from, until), found.length, `${text} in ${zone}`);
        const minutes = Map.groupBy(found, (at) => Math.floor(at / MINUTE) * MINUTE);
        const seen = new Map<number, number>();
        counter.minutes(from, until, (minute, many) => {
          const at = Math.floor(minute / MINUTE) * MINUTE;
          seen.set(at, (seen.get(at) ?? 0) + many);
        });
        assert.deepEqual(
          [...seen],
          [...minutes].map(([at, own]) => [at, own.length]),
        );
      },
    ),
    tries(400),
  );
});

test("a tick of every second is counted for weeks at once", () => {
  const budget = { left: 0 };
  const counter = new TickCounter(cron("* * * * * *", "UTC"), 0, budget);
  assert.equal(counter.count(0, 84 * DAY), (84 * DAY) / 1000);
});

test("around a change of the clocks no more ticks are looked at than the budget has", () => {
  const counter = new TickCounter(cron("* * * * * *", "Europe/Berlin"), 0, { left: 1000 });
  const change = Date.parse("2026-03-29T01:00Z");
  assert.equal(counter.count(change - HOUR, change + HOUR), null);
  assert.equal(
    counter.minutes(change - HOUR, change + HOUR, () => undefined),
    false,
  );
});
