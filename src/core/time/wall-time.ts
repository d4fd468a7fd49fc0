import { DAY } from "../../contract/time-units.ts";
import type { Zone } from "./zone.ts";

/** Parts of a moment as a clock in some zone shows it; month and day count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Of milliseconds since 1970, in UTC. */
export function utcParts(ms: number): WallTime {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

declare const WALL: unique symbol;

/**
 * What the clocks of a zone show, as the milliseconds since 1970 at which clocks in UTC show the same. A type of its own:
 * passed where an instant is meant, or the other way round, it would be another hour.
 */
export type WallMs = number & { readonly [WALL]: true };

/** What the clocks of the zone show at an instant. */
export function wallAt(at: number, zone: Zone): WallMs {
  return (at + zone.offsetAt(at)) as WallMs;
}

/**
 * The instant at which the clocks of the zone show this: the first one where they show it twice; where they skip it, that
 * as much later, so that it never falls on the day before.
 */
export function instantOnWall(wall: WallMs, zone: Zone): number {
  // No zone is further than a day from UTC, and none changes its offset twice so fast.
  const [before, after] = [zone.offsetAt(wall - DAY), zone.offsetAt(wall + DAY)];
  const first = wall - Math.max(before, after);
  return wallAt(first, zone) === wall ? first : wall - Math.min(before, after);
}
