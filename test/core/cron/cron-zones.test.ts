import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { DAY } from "../../../src/contract/time/time-units.ts";
import { CronError, type CronSchedule, parseCron } from "../../../src/core/cron/cron.ts";
import { naiveClock, type NaiveFields, naiveNext } from "./cron-naive.ts";
import { fc, tries } from "../../support/seed.ts";

/** Clock changes on a full hour, by one hour, that leave midnight alone. */
const PLAIN_CHANGES: readonly (readonly [zone: string, at: string])[] = [
  ["Europe/Berlin", "2024-03-31T01:00Z"],
  ["Europe/Berlin", "2024-10-27T01:00Z"],
  ["America/New_York", "2024-03-10T07:00Z"],
  ["America/New_York", "2024-11-03T06:00Z"],
  ["Africa/Casablanca", "2023-03-19T02:00Z"],
  ["Africa/Casablanca", "2023-04-23T02:00Z"],
  ["Asia/Kathmandu", "2024-01-01T00:00Z"],
  ["UTC", "2024-02-28T00:00Z"],
];

/** By half an hour, by two hours, at midnight, at a minute past it, over the date line. */
const ODD_CHANGES: readonly (readonly [zone: string, at: string])[] = [
  ["Australia/Lord_Howe", "2023-04-01T15:00Z"],
  ["Australia/Lord_Howe", "2023-09-30T15:30Z"],
  ["America/Santiago", "2023-04-02T03:00Z"],
  ["America/Santiago", "2023-09-03T04:00Z"],
  ["Antarctica/Troll", "2023-03-26T01:00Z"],
  ["Antarctica/Troll", "2023-10-29T01:00Z"],
  ["Africa/Cairo", "2023-04-27T22:00Z"],
  ["Africa/Cairo", "2023-10-26T21:00Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00Z"],
  ["Asia/Beirut", "2022-03-26T22:00Z"],
  ["America/St_Johns", "2010-03-14T03:31Z"],
  ["America/St_Johns", "2010-11-07T02:31Z"],
  ["Pacific/Chatham", "2023-09-23T14:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00Z"],
];

/** A weekly hour that a clock change skips comes a week later: two weeks and the days before the change. */
const FAR = 18 * DAY;

function someOf(min: number, max: number): fc.Arbitrary<number[]> {
  const few = fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 });
  return few.map((values) => values.toSorted((a, b) => a - b));
}

function all(max: number): number[] {
  return Array.from({ length: max + 1 }, (_, value) => value);
}

const fieldsArbitrary: fc.Arbitrary<NaiveFields> = fc.record({
  seconds: fc.oneof(fc.constant([0]), someOf(0, 59)),
  minutes: fc.oneof(fc.constant([0]), fc.constant([30]), someOf(0, 59), fc.constant(all(59))),
  hours: fc.oneof(someOf(0, 3), someOf(0, 23), fc.constant(all(23))),
  weekdays: fc.oneof(fc.constant(all(6)), someOf(0, 6)),
});

function written(fields: NaiveFields): string {
  const part = (values: readonly number[], count: number) => (values.length === count ? "*" : values.join(","));
  const { seconds, minutes, hours, weekdays } = fields;
  return `${seconds.join(",")} ${part(minutes, 60)} ${part(hours, 24)} * * ${part(weekdays, 7)}`;
}

function scheduleOf(fields: NaiveFields, zone: string): CronSchedule {
  const schedule = parseCron(written(fields), zone);
  assert.ok(!(schedule instanceof CronError));
  return schedule;
}

function near(changes: typeof PLAIN_CHANGES): fc.Arbitrary<readonly [zone: string, after: number]> {
  const change = fc.constantFrom(...changes);
  const seconds = fc.integer({ min: -3 * 86_400, max: 3 * 86_400 });
  return fc
    .tuple(change, seconds, fc.nat(999))
    .map(([[zone, at], apart, ms]) => [zone, Date.parse(at) + apart * 1000 + ms]);
}

describe("cron against the clock, minute by minute", () => {
  it("finds the first moment that the clock shows, also around plain clock changes", () => {
    fc.assert(
      fc.property(fieldsArbitrary, near(PLAIN_CHANGES), (fields, [zone, after]) => {
        const wanted = naiveNext(fields, zone, after, after + FAR);
        assert.equal(scheduleOf(fields, zone).next(after), wanted, `${written(fields)} in ${zone}`);
      }),
      tries(300),
    );
  });

  // A gap at midnight, or in the middle of an hour, bends the walk (the recorded answers check those cases one by
  // one). A day before or after it, the change must not matter.
  it("is not bent by odd clock changes where the clock runs evenly", () => {
    let compared = 0;
    fc.assert(
      fc.property(fieldsArbitrary, near(ODD_CHANGES), (fields, [zone, after]) => {
        const first = naiveNext(fields, zone, after, after + FAR);
        assert.ok(first !== null);
        if (!runsEvenly(zone, after - 1.5 * DAY, first + 1.5 * DAY)) return;
        compared++;
        assert.equal(scheduleOf(fields, zone).next(after), first);
      }),
      { numRuns: 400 },
    );
    assert.ok(compared > 20, `${compared} compared`);
  });

  it("goes on from each moment to a later one", () => {
    fc.assert(
      fc.property(fieldsArbitrary, near([...PLAIN_CHANGES, ...ODD_CHANGES]), (fields, [zone, after]) => {
        const schedule = scheduleOf(fields, zone);
        let at = after;
        for (let count = 0; count < 50; count++) {
          const next = schedule.next(at);
          assert.ok(next !== null && next > at);
          at = next;
        }
      }),
      tries(200),
    );
  });
});

function runsEvenly(zone: string, from: number, to: number): boolean {
  const clock = naiveClock(zone);
  const [start, end] = [Math.floor(from / 60_000), Math.ceil(to / 60_000)];
  return clock.read(end) - clock.read(start) === end - start;
}
