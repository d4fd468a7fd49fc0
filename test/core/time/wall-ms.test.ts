import assert from "node:assert/strict";
import { test } from "node:test";
import { digitsOf, wallOf, type WallMs } from "../../../src/contract/time/wall-ms.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { instantOnWall, isoOfWall, wallAt } from "../../../src/core/time/wall-ms.ts";
import { zoneOf } from "../../../src/core/time/zone.ts";

/** `npm run types` holds this: a mix that compiled would be an unused `@ts-expect-error`. */
function mixes(wall: WallMs, now: number): readonly unknown[] {
  // @ts-expect-error: a wall time is no instant.
  const instant: number = wall;
  // @ts-expect-error: an instant is no wall time.
  const fromInstant: WallMs = now;
  // @ts-expect-error: how long ago a wall time was depends on the zone.
  const age = now - wall;
  // @ts-expect-error: an hour later on the wall can be two, or none.
  const later = wall + HOUR;
  // @ts-expect-error: which is earlier depends on the zone.
  const isPast = wall < now;
  // @ts-expect-error: they are never the same.
  const isNow = wall === now;
  // @ts-expect-error: a date is made of an instant.
  const date = new Date(wall);
  // @ts-expect-error: the clocks of a zone show an instant.
  const shown = wallAt(wall, zoneOf("UTC"));
  // @ts-expect-error: only a wall time has an instant in a zone.
  const meant = instantOnWall(now, zoneOf("UTC"));
  return [instant, fromInstant, age, later, isPast, isNow, date, shown, meant];
}

test("a wall time and an instant do not mix, and are numbers where they run", () => {
  assert.equal(mixes(wallOf(0), 0).length, 9);
  assert.equal(digitsOf(wallOf(7)), 7);
});

test("RFC 3339 of a task time has the offset that its zone had then", () => {
  const iso = (text: string, zone: string): string => isoOfWall(wallOf(Date.parse(`${text}Z`)), zoneOf(zone));
  assert.equal(iso("2026-01-31T05:00:00", "UTC"), "2026-01-31T05:00:00Z");
  assert.equal(iso("2026-01-31T05:00:00", "Europe/London"), "2026-01-31T05:00:00Z");
  assert.equal(iso("2026-07-31T05:00:00", "Europe/London"), "2026-07-31T05:00:00+01:00");
  assert.equal(iso("2026-01-31T05:00:00.250", "Asia/Kolkata"), "2026-01-31T05:00:00.250+05:30");
  assert.equal(iso("2026-07-31T05:00:00", "America/St_Johns"), "2026-07-31T05:00:00-02:30");
  assert.equal(iso("2026-01-31T05:00:00", "Australia/Lord_Howe"), "2026-01-31T05:00:00+11:00");
  // Shown twice: the first. Skipped: the offset before, with which it is the instant that is meant.
  assert.equal(iso("2026-10-25T02:00:00", "Europe/Berlin"), "2026-10-25T02:00:00+02:00");
  assert.equal(iso("2026-03-29T02:30:00", "Europe/Berlin"), "2026-03-29T02:30:00+01:00");
});

test("what is written is the same instant, and shows the same digits", () => {
  for (const zone of ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Caracas", "Asia/Kathmandu"]) {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 7.5 * HOUR) {
      const wall = wallAt(at, zoneOf(zone));
      const text = isoOfWall(wall, zoneOf(zone));
      assert.equal(Date.parse(text), instantOnWall(wall, zoneOf(zone)), text);
      assert.equal(Date.parse(`${text.slice(0, 19)}Z`), digitsOf(wall), text);
    }
  }
});
