import { DAY, HOUR } from "../../contract/time/time-units.ts";

/** Days whose counters tell which hour is quiet. */
export const QUIET_DAYS = 14;
/** Without counters. */
const NIGHT_HOUR = 3;
/** Earlier than this after the last one, another daily cleanup is not due: a clock that is set back by an hour repeats one. */
const LEAST = 20 * HOUR;
/** Later than this it is due at any hour: the quiet one was missed. */
const MOST = 30 * HOUR;

/** Tasks that were made in an hour. */
export interface HourCount {
  /** Its first millisecond. */
  readonly hour: number;
  readonly total: number;
}

/**
 * The hour of the day (UTC, 0 to 23) in which the fewest tasks are made; the one nearest after 03:00 of the zone where several are as
 * quiet, as all are without any tasks. `nightHour`: the hour of the day (UTC) that is 03:00 there.
 */
export function quietHour(counts: readonly HourCount[], nightHour: number): number {
  const totals = Array.from({ length: 24 }, () => 0);
  for (const { hour, total } of counts) {
    const at = Math.floor(hour / HOUR) % 24;
    totals[at] = (totals[at] ?? 0) + total;
  }
  const fewest = Math.min(...totals);
  for (let after = 0; after < 24; after += 1) {
    const hour = (nightHour + after) % 24;
    if (totals[hour] === fewest) return hour;
  }
  return nightHour;
}

/** The hour of the day (UTC) in which a zone has 03:00 now; `offset`: what its clocks are ahead of UTC, in milliseconds. */
export function nightHourOf(offset: number): number {
  return (((NIGHT_HOUR - Math.floor(offset / HOUR)) % 24) + 24) % 24;
}

/** Whether the daily cleanup is due. `last`: when the last one began; null: never, or by a clock that was set back since. */
export function isDailyDue(now: number, last: number | null, hour: number): boolean {
  const isQuiet = Math.floor((now % DAY) / HOUR) === hour;
  if (last === null || last > now) return isQuiet;
  const since = now - last;
  return since >= MOST || (since >= LEAST && isQuiet);
}
