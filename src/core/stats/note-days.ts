import { dateOf, daysOf } from "../time/civil-date.ts";
import { wallTime } from "../time/zone.ts";

const MAX_DAYS = 400;

/** The days of a span by the clock of the zone (IANA), as notes number them: the newest of a long one, newest first. */
export function noteDaysOf(
  { from, until }: { readonly from: number; readonly until: number },
  zone: string,
): readonly number[] {
  const dayAt = (at: number): number => {
    const { year, month, day } = wallTime(at, zone);
    return daysOf(year, month, day);
  };
  const [first, last] = [dayAt(from), dayAt(until)];
  return Array.from({ length: Math.min(MAX_DAYS, last - first + 1) }, (_, ago) => {
    const { year, month, day } = dateOf(last - ago);
    return year * 10_000 + month * 100 + day;
  });
}
