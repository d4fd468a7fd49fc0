import { DAY } from "../../../../src/contract/time/time-units.ts";
import { dayStart } from "../../../services/day-start.ts";
import type { Clock } from "../../../services/format.ts";
import type { Span } from "../../../services/query-text.ts";
import { fromWall, toWall } from "../../../services/time/zone.ts";
import type { ScheduleSearch } from "./search.ts";

export type View = "day" | NonNullable<ScheduleSearch["span"]>;

/** Days since 1970-01-01, by the clocks of the zone. */
export function dayNumber(at: number, zone: string): number {
  return Math.floor(toWall(at, zone) / DAY);
}

/** The first moment of a day; its noon is never skipped. */
export function startOfDay(days: number, zone: string): number {
  return dayStart(fromWall(days * DAY + DAY / 2, zone), zone);
}

/** The day, week (from Monday) or month that has this day. */
export function spanOf(view: View, day: number, zone: string): Span {
  const [first, last] = daysOf(view, day);
  return { from: startOfDay(first, zone), until: startOfDay(last, zone) };
}

function daysOf(view: View, day: number): readonly [number, number] {
  if (view === "week") {
    const monday = day - ((day + 3) % 7);
    return [monday, monday + 7];
  }
  if (view === "month") {
    const date = new Date(day * DAY);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return [Date.UTC(year, month, 1) / DAY, Date.UTC(year, month + 1, 1) / DAY];
  }
  return [day, day + 1];
}

/** A day of the span before (-1) or after (1). */
export function dayBeside(view: View, day: number, by: 1 | -1): number {
  const [first, last] = daysOf(view, day);
  return by === 1 ? last : first - 1;
}

/** `2026-03-29` */
export function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

export function dayOfText(text: string): number {
  return Date.parse(text) / DAY;
}

/** `Today, 29 Mar`, `23 Mar – 29 Mar`, `March 2026`. */
export function spanName(view: View, { from, until }: Span, clock: Clock, now: number): string {
  if (view === "month")
    return new Intl.DateTimeFormat("en-GB", { timeZone: clock.zone, month: "long", year: "numeric" }).format(from);
  const [first, last] = [clock.day(from, now), clock.day(until - 1, now)];
  if (view === "week") return `${first} – ${last}`;
  return from <= now && now < until ? `Today, ${first}` : first;
}
