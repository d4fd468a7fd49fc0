import type { Clock } from "../../services/format.ts";
import { dayAfter, dayBefore, dayStart } from "../../services/day-start.ts";
import { fromWall } from "../../services/time/zone.ts";
import type { FilesSearch } from "./search.ts";

/** Instants, in ms since 1970; the end is not in it. Null: without an end. */
export interface Span {
  readonly from: number | null;
  readonly until: number | null;
}

const WEEK_DAYS = 7;

/** What the address asks for. Today has no end: what comes is in it. */
export function spanOf({ day, time }: FilesSearch, now: number, zone: string): Span {
  if (day === "all" || (day === undefined && time !== undefined)) return { from: null, until: null };
  const today = dayStart(now, zone);
  if (day === undefined) return { from: today, until: null };
  if (day === "week") {
    let from = today;
    for (let days = 1; days < WEEK_DAYS; days++) from = dayBefore(from, zone);
    return { from, until: null };
  }
  const from = fromWall(Date.parse(`${day}T00:00:00Z`), zone);
  return { from, until: dayAfter(from, zone) };
}

/** The day before or after what is shown; undefined: today. */
export function dayBeside({ from }: Span, by: -1 | 1, now: number, zone: string): string | undefined {
  const today = dayStart(now, zone);
  const start = from ?? today;
  const next = by < 0 ? dayBefore(start, zone) : dayAfter(start, zone);
  return next >= today ? undefined : dateOf(next, zone);
}

function dateOf(at: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(at);
}

/** `Today, 14 Jan`, `13 Jan`, `Last 7 days`, `All days`; in a sentence `today, 14 Jan`. */
export function spanText(
  { day }: FilesSearch,
  { from, until }: Span,
  clock: Clock,
  now: number,
  isInSentence = false,
): string {
  const text = (words: string): string => (isInSentence ? words.toLowerCase() : words);
  if (from === null) return text("All days");
  if (day === "week") return text("Last 7 days");
  return until === null ? `${text("Today")}, ${clock.day(from, now)}` : clock.day(from, now);
}
