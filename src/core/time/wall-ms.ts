import { DAY } from "../../contract/time-units.ts";
import type { Zone } from "./zone.ts";

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
