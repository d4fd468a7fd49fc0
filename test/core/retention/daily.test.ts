import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import { isDailyDue, nightHourOf, quietHour } from "../../../src/core/retention/daily.ts";
import { limitsOf, MIN_SURPLUS_AGE, policyOf, type RetentionDefaults } from "../../../src/core/retention/policy.ts";
import { zoneOf } from "../../../src/core/time/zone.ts";

const MIDNIGHT = Date.UTC(2026, 10, 24);

describe("the quiet hour", () => {
  it("is that of the fewest tasks, over several days", () => {
    const counts = [0, 1].flatMap((day) =>
      Array.from({ length: 24 }, (_, hour) => ({
        hour: MIDNIGHT + day * DAY + hour * HOUR,
        total: hour === 14 ? 1 : 50,
      })),
    );
    assert.equal(quietHour(counts, 3), 14);
  });

  it("is the first one from three at night on where several are as quiet, and without any tasks", () => {
    assert.equal(quietHour([], 3), 3);
    const busy = [3, 4, 5].map((hour) => ({ hour: MIDNIGHT + hour * HOUR, total: 9 }));
    assert.equal(quietHour(busy, 3), 6);
    const all = Array.from({ length: 24 }, (_, hour) => ({ hour: MIDNIGHT + hour * HOUR, total: hour === 1 ? 0 : 1 }));
    assert.equal(quietHour(all, 22), 1);
  });

  it("of a zone is the hour of UTC in which it is three there", () => {
    const at = (zone: string) => nightHourOf(zoneOf(zone).offsetAt(MIDNIGHT));
    assert.deepEqual(["UTC", "Asia/Tokyo", "America/Los_Angeles", "Asia/Kolkata"].map(at), [3, 18, 11, 22]);
  });
});

describe("a daily cleanup", () => {
  it("is due in the quiet hour, once, and after it was missed at any hour", () => {
    const three = MIDNIGHT + 3 * HOUR;
    assert.equal(isDailyDue(three, null, 3), true);
    assert.equal(isDailyDue(three - 1, null, 3), false);
    assert.equal(isDailyDue(three + HOUR / 2, three, 3), false, "it was done");
    assert.equal(isDailyDue(three + DAY - 1, three, 3), false);
    assert.equal(isDailyDue(three + DAY, three, 3), true);
    assert.equal(isDailyDue(three + 29 * HOUR, three, 3), false, "waits for the quiet hour");
    assert.equal(isDailyDue(three + 30 * HOUR, three, 3), true, "missed");
  });

  it("is not kept from the next years by one that a clock of the future began", () => {
    const three = MIDNIGHT + 3 * HOUR;
    assert.equal(isDailyDue(three, three + 1000 * DAY, 3), true);
    assert.equal(isDailyDue(three + HOUR, three + 1000 * DAY, 3), false);
  });
});

describe("the policy in force", () => {
  const defaults: RetentionDefaults = {
    enabled: true,
    age: 90 * DAY,
    tables: new Map([
      ["alert_records", { age: 365 * DAY, maxRows: 1000 }],
      ["dead_letters", { age: -DAY, maxRows: null }],
    ]),
    archived: null,
  };
  const nothing = { days: null, maxRows: null, enabled: null, archived: null };

  it("is what a person set, else what is configured of the table, else the default of the table, else of all", () => {
    assert.deepEqual(policyOf("task_records", defaults, nothing), {
      age: 90 * DAY,
      maxRows: null,
      enabled: true,
      archived: false,
      source: "default",
    });
    assert.deepEqual(policyOf("alert_records", defaults, nothing), {
      age: 365 * DAY,
      maxRows: 1000,
      enabled: true,
      archived: false,
      source: "config",
    });
    const set = { days: 0.5, maxRows: 0, enabled: false, archived: null };
    assert.deepEqual(policyOf("alert_records", defaults, set), {
      age: DAY / 2,
      maxRows: null,
      enabled: false,
      archived: false,
      source: "set",
    });
    assert.equal(policyOf("audit_log", defaults, nothing).age, 730 * DAY, "longer than the rest");
    assert.equal(policyOf("task_counts_hourly", { ...defaults, age: null }, nothing).age, 400 * DAY);
    assert.equal(policyOf("dead_letters", defaults, nothing).age, null, "for ever");
  });

  it("archives the configured tables, unless a person set otherwise, and none without a place for them", () => {
    const archived = new Set(["task_records"] as const);
    const of = (table: "task_records" | "decisions", set: boolean | null, place: typeof archived | null = archived) =>
      policyOf(table, { ...defaults, archived: place }, { ...nothing, archived: set }).archived;
    assert.deepEqual([of("task_records", null), of("decisions", null)], [true, false]);
    assert.deepEqual([of("task_records", false), of("decisions", true)], [false, true]);
    assert.equal(of("task_records", true, null), false);
  });

  it("deletes nothing when it is off, or has no limit, and never what ended within a day for its number", () => {
    const policy = policyOf("task_records", defaults, nothing);
    assert.equal(limitsOf("task_records", { ...policy, enabled: false }, MIDNIGHT), null);
    assert.equal(limitsOf("task_records", { ...policy, age: null }, MIDNIGHT), null);
    assert.deepEqual(limitsOf("task_records", { ...policy, age: null, maxRows: 5 }, MIDNIGHT), {
      table: "task_records",
      before: null,
      maxRows: 5,
      surplusBefore: MIDNIGHT - MIN_SURPLUS_AGE,
    });
  });

  it("counts elapsed time over the hour that a zone repeats", () => {
    const afterAutumn = Date.parse("2026-10-25T12:00:00+01:00");
    const limits = limitsOf("task_records", { age: DAY, maxRows: null, enabled: true, source: "set" }, afterAutumn);
    assert.equal(limits?.before, Date.parse("2026-10-24T13:00:00+02:00"));
  });
});
