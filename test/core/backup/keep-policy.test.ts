import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fc } from "../../support/seed.ts";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import { expiredBackups, type KeepPolicy } from "../../../src/core/backup/keep-policy.ts";

const NONE: KeepPolicy = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0 };
const NOON = Date.UTC(2026, 0, 31, 12);

function every(step: number, count: number): readonly { readonly at: number }[] {
  return Array.from({ length: count }, (_, each) => ({ at: NOON - each * step }));
}

function kept(backups: readonly { readonly at: number }[], policy: Partial<KeepPolicy>): readonly string[] {
  const expired = new Set(expiredBackups(backups, { ...NONE, ...policy }));
  return backups.filter((backup) => !expired.has(backup)).map(({ at }) => new Date(at).toISOString().slice(0, 13));
}

describe("which backups stay", () => {
  test("all, without a policy", () => assert.deepEqual(expiredBackups(every(HOUR, 5), NONE), []));

  test("the last few", () => assert.deepEqual(kept(every(HOUR, 5), { last: 2 }), ["2026-01-31T12", "2026-01-31T11"]));

  test("of each day the newest", () =>
    assert.deepEqual(kept(every(HOUR, 72), { daily: 3 }), ["2026-01-31T12", "2026-01-30T23", "2026-01-29T23"]));

  test("weeks begin on Monday", () =>
    assert.deepEqual(kept(every(DAY, 21), { weekly: 3 }), ["2026-01-31T12", "2026-01-25T12", "2026-01-18T12"]));

  test("months, over the end of a year", () =>
    assert.deepEqual(kept(every(DAY, 80), { monthly: 3 }), ["2026-01-31T12", "2025-12-31T12", "2025-11-30T12"]));

  test("of several in one hour the newest, and a quiet day takes nobody's place", () => {
    const backups = [NOON, NOON - 1, NOON - 3 * DAY, NOON - 3 * DAY - 1, NOON - 9 * DAY].map((at) => ({ at }));
    assert.deepEqual(kept(backups, { hourly: 1, daily: 2 }), ["2026-01-31T12", "2026-01-28T12"]);
  });

  test("a clock that was a day ahead costs nothing that is older, and of what it named the newest stay", () => {
    const before = every(HOUR, 30);
    const ahead = NOON + DAY;
    // One while it was ahead, then as many as hours until that time is reached: each is named a little later.
    const named = Array.from({ length: 24 }, (_, each) => ({ at: ahead + each }));
    const policy = { ...NONE, last: 3, hourly: 24, daily: 14 };
    const expired = new Set(expiredBackups([...before, ...named], policy));
    const stay = named.filter((backup) => !expired.has(backup));
    assert.deepEqual(stay, named.slice(-3));
    const usual = new Set(expiredBackups(before, policy));
    assert.deepEqual(
      before.filter((backup) => expired.has(backup) && !usual.has(backup)).length,
      1,
      "an hour further on one hour goes, as at any hour",
    );
  });

  test("applied again it lets nothing more go, and the newest always stays", () => {
    const policy = fc.record({
      last: fc.nat(3),
      hourly: fc.nat(3),
      daily: fc.nat(3),
      weekly: fc.nat(3),
      monthly: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: NOON }), { minLength: 1 }), policy, (times, rule) => {
        const backups = times.map((at) => ({ at }));
        const expired = new Set(expiredBackups(backups, rule));
        const rest = backups.filter((backup) => !expired.has(backup));
        assert.deepEqual(expiredBackups(rest, rule), []);
        assert.ok(rest.some(({ at }) => at === Math.max(...times)));
      }),
    );
  });
});
