import { DAY, HOUR, MINUTE } from "../../contract/time/time-units.ts";
import { type WallMs, digitsOf, wallOf } from "../../contract/time/wall-ms.ts";
import type { Zone } from "./zone.ts";

/** What the clocks of the zone show at an instant. */
export function wallAt(at: number, zone: Zone): WallMs {
  return wallOf(at + zone.offsetAt(at));
}

/**
 * The instant at which the clocks of the zone show this: the first one where they show it twice; where they skip it, that
 * as much later, so that it never falls on the day before.
 */
export function instantOnWall(wall: WallMs, zone: Zone): number {
  const digits = digitsOf(wall);
  // No zone is further than a day from UTC, and none changes its offset twice so fast.
  const [before, after] = [zone.offsetAt(digits - DAY), zone.offsetAt(digits + DAY)];
  const first = digits - Math.max(before, after);
  return wallAt(first, zone) === wall ? first : digits - Math.min(before, after);
}

/** The instants at which the clocks of the zone show this: two where they show it twice; where they skip it, that of `instantOnWall`. */
export function instantsOnWall(wall: WallMs, zone: Zone): readonly number[] {
  const digits = digitsOf(wall);
  const around = new Set([digits - DAY, digits + DAY].map((at) => digits - zone.offsetAt(at)));
  const found = [...around].filter((at) => wallAt(at, zone) === wall);
  return found.length === 0 ? [instantOnWall(wall, zone)] : found;
}

export function isSame(one: WallMs, other: WallMs): boolean {
  return digitsOf(one) === digitsOf(other);
}

/** The full hour that the clocks showed last. */
export function wholeHour(wall: WallMs): WallMs {
  return wallOf(Math.floor(digitsOf(wall) / HOUR) * HOUR);
}

/** The midnight with which that day begins. */
export function midnightOf(wall: WallMs): WallMs {
  return wallOf(Math.floor(digitsOf(wall) / DAY) * DAY);
}

/** RFC 3339 with the offset of the zone, or `Z`; milliseconds only where there are some. */
export function isoOfWall(wall: WallMs, zone: Zone): string {
  return isoOf(digitsOf(wall), digitsOf(wall) - instantOnWall(wall, zone));
}

/** The same of an instant. */
export function isoOfInstant(at: number, zone: Zone): string {
  return isoOf(at + zone.offsetAt(at), zone.offsetAt(at));
}

function isoOf(digits: number, offset: number): string {
  const minutes = Math.round(offset / MINUTE);
  const text = new Date(digits).toISOString().replace(/(?:\.000)?Z$/, "");
  if (minutes === 0) return `${text}Z`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const ahead = Math.abs(minutes);
  return `${text}${minutes < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}
