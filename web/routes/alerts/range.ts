import { DAY, MINUTE } from "../../../src/contract/time/time-units.ts";
import type { Clock } from "../../services/format.ts";
import { fromWall, toWall } from "../../services/time/zone.ts";
import type { AlertsSearch } from "./search.ts";

/** Instants, in ms since 1970; the end is not in it. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** The first moment of a day that is so many days from the one of `at`. */
export function midnight(at: number, zone: string, days = 0): number {
  return fromWall(Math.floor(toWall(at, zone) / DAY) * DAY + days * DAY, zone);
}

/** `2026-11-30`, the day by the clocks of the zone. */
export function dayOf(at: number, zone: string): string {
  return new Date(toWall(at, zone)).toISOString().slice(0, 10);
}

/** The first moment of `2026-11-30`. */
export function startOf(day: string, zone: string): number {
  return fromWall(Date.parse(`${day}T00:00:00Z`), zone);
}

/** What the address asks for. Days slide with the clock. */
export function spanOf({ day, from, to }: AlertsSearch, now: number, zone: string): Span {
  if (from !== undefined && to !== undefined) return { from: Date.parse(from), until: Date.parse(to) };
  if (day === undefined) return { from: midnight(now, zone), until: midnight(now, zone, 1) };
  if (day === "yesterday") return { from: midnight(now, zone, -1), until: midnight(now, zone) };
  if (day === "week") return { from: midnight(now, zone, -6), until: midnight(now, zone, 1) };
  const start = startOf(day, zone);
  return { from: start, until: midnight(start, zone, 1) };
}

/** `30 Nov`, `24 Nov – 30 Nov`, `30 Nov, 13:00–14:30`. */
export function spanText({ from, until }: Span, clock: Clock, now: number): string {
  const [first, last] = [clock.day(from, now), clock.day(until - 1, now)];
  if (first !== last) return `${first} – ${last}`;
  const isDay = midnight(from, clock.zone) === from && midnight(from, clock.zone, 1) === until;
  return isDay ? first : `${first}, ${clock.minutes(from)}–${clock.minutes(until)}`;
}

/** A range that was drawn, to the minute. */
export function drawn({ from, until }: Span): Pick<Required<AlertsSearch>, "from" | "to"> {
  const text = (at: number): string => new Date(at).toISOString();
  return {
    from: text(Math.floor(from / MINUTE) * MINUTE),
    to: text(Math.ceil(until / MINUTE) * MINUTE),
  };
}
