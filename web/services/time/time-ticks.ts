import { DAY, HOUR, MINUTE, SECOND } from "../../../src/contract/time/time-units.ts";
import { fromWall, toWall } from "./zone.ts";

export interface TimeTick {
  readonly at: number;
  readonly name: string;
}

const STEPS = [1, 2, 5, 10, 15, 30]
  .map((seconds) => seconds * SECOND)
  .concat(
    [1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
    [1, 3, 6, 12].map((hours) => hours * HOUR),
    [1, 2, 7, 14].map((days) => days * DAY),
  );

/** Round times of the zone's clocks along an axis, at most so many. */
export function ticksOf(
  { from, until }: { readonly from: number; readonly until: number },
  zone: string,
  most: number,
): readonly TimeTick[] {
  const step = STEPS.find((each) => (until - from) / each <= most) ?? 30 * DAY;
  const ticks: TimeTick[] = [];
  for (let wall = Math.ceil(toWall(from, zone) / step) * step; ; wall += step) {
    const at = fromWall(wall, zone);
    if (at >= until || ticks.length > most) break;
    if (at >= from) ticks.push({ at, name: nameOf(wall, step) });
  }
  return ticks;
}

function nameOf(wall: number, step: number): string {
  const date = new Date(wall);
  if (step >= DAY || (step >= HOUR && wall % DAY === 0))
    return `${date.getUTCDate()} ${date.toLocaleString("en-GB", { month: "short", timeZone: "UTC" })}`;
  return date.toISOString().slice(11, step < MINUTE ? 19 : 16);
}
