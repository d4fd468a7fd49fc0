import type { Clock } from "../../../services/format.ts";

export interface DayBounds {
  readonly from: number;
  readonly until: number;
}

/** Zones differ from each other by multiples of this. */
const QUARTER = 900_000;
/** A day has at most 25 hours. */
const MOST = 104;

/** The day of the clock's zone that this moment is in; it may have 23 or 25 hours. */
export function dayBounds(at: number, clock: Clock): DayBounds {
  const day = clock.day(at, at);
  const isIn = (moment: number): boolean => clock.day(moment, at) === day;
  let from = Math.floor(at / QUARTER) * QUARTER;
  for (let step = 0; step < MOST && isIn(from - QUARTER); step += 1) from -= QUARTER;
  let until = from + QUARTER;
  for (let step = 0; step < MOST && isIn(until); step += 1) until += QUARTER;
  return { from, until };
}

/** Midday of a date such as `2026-01-14`: in nearly all zones it is in the day of that date. */
export function middayOf(date: string): number {
  return Date.parse(`${date}T12:00:00Z`);
}
