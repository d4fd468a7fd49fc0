import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { digitsOf, wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { addToWall } from "./calendar-span.ts";
import { dateOf, daysOf, weekdayOf } from "./civil-date.ts";
import { instantOnWall, midnightOf, wallAt, wholeHour } from "./wall-ms.ts";
import type { Zone } from "./zone.ts";

export const PERIODS = ["hour", "day", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** Milliseconds since 1970; `to` is the first moment after it. */
export interface PeriodSpan {
  readonly from: number;
  readonly to: number;
}

/** The hour, day, week (from Monday) or month of a moment, by the clocks of the zone. */
export function periodAt(period: Period, at: number, zone: Zone): PeriodSpan {
  if (period === "hour") {
    // By the minutes that the clocks show: an hour that they show twice is two periods.
    const from = at - (digitsOf(wallAt(at, zone)) - digitsOf(wholeHour(wallAt(at, zone))));
    return { from, to: from + HOUR };
  }
  const first = firstDay(period, wallAt(at, zone));
  const next = addToWall(first, { months: period === "month" ? 1 : 0, days: { day: 1, week: 7, month: 0 }[period] });
  return { from: instantOnWall(first, zone), to: instantOnWall(next, zone) };
}

export function periodBefore(period: Period, { from }: PeriodSpan, zone: Zone): PeriodSpan {
  return periodAt(period, from - 1, zone);
}

/** Where its hours begin, or of a week or month its days, by the clocks of the zone; at the end, where the last one ends. */
export function edgesOf(period: Period, { from, to }: PeriodSpan, zone: Zone): readonly number[] {
  const edges: number[] = [];
  const isByDay = period === "week" || period === "month";
  const first = wallAt(from, zone);
  for (let at = from; at < to;) {
    edges.push(at);
    at = isByDay ? instantOnWall(addToWall(first, { months: 0, days: edges.length }), zone) : at + HOUR;
  }
  return [...edges, to];
}

function firstDay(period: Exclude<Period, "hour">, wall: WallMs): WallMs {
  const midnight = midnightOf(wall);
  if (period === "day") return midnight;
  const day = Math.floor(digitsOf(midnight) / DAY);
  if (period === "week") return wallOf((day - ((weekdayOf(day) + 6) % 7)) * DAY);
  const { year, month } = dateOf(day);
  return wallOf(daysOf(year, month, 1) * DAY);
}
