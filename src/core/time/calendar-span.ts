import { DAY } from "../../contract/time/time-units.ts";
import { daysInMonth } from "./calendar.ts";
import { dateOf, daysOf } from "./civil-date.ts";
import { instantOnWall, wallAt } from "./wall-ms.ts";
import { type WallMs, digitsOf, wallOf } from "../../contract/time/wall-ms.ts";
import type { Zone } from "./zone.ts";

/** Months and days as a calendar counts them, both of one sign: how long they take depends on the zone and the date. */
export interface CalendarSpan {
  readonly months: number;
  readonly days: number;
}

export const NO_DAYS: CalendarSpan = { months: 0, days: 0 };

export function isCalendar({ months, days }: CalendarSpan): boolean {
  return months !== 0 || days !== 0;
}

/** The same time of day that many months, then days, later. A day that the month lacks becomes its last. */
export function addToWall(wall: WallMs, { months, days }: CalendarSpan): WallMs {
  const digits = digitsOf(wall);
  const day = Math.floor(digits / DAY);
  const timeOfDay = digits - day * DAY;
  if (months === 0) return wallOf(digits + days * DAY);
  const date = dateOf(day);
  const target = dateOf(daysOf(date.year, date.month + months, 1));
  const targetDay = daysOf(target.year, target.month, Math.min(date.day, daysInMonth(target.year, target.month)));
  return wallOf((targetDay + days) * DAY + timeOfDay);
}

/** The instant at which the clocks of the zone show the same time of day that many months and days later. */
export function addCalendar(at: number, span: CalendarSpan, zone: Zone): number {
  return isCalendar(span) ? instantOnWall(addToWall(wallAt(at, zone), span), zone) : at;
}
