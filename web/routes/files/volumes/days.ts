import type { Bar } from "../../../components/time-bars.tsx";
import { dayAfter, dayBefore, dayStart } from "../../../services/day-start.ts";
import type { HourOfFiles } from "./volumes-query.ts";

export const DAYS = 14;
const HALF_HOUR = 1_800_000;

/** Files that came on a day. */
export interface DayOfFiles extends Bar {
  readonly matched: number;
  readonly unmatched: number;
  readonly bytes: number;
}

/** When the first of the days began. */
export function firstDay(now: number, zone: string): number {
  let start = dayStart(now, zone);
  for (let day = 1; day < DAYS; day++) start = dayBefore(start, zone);
  return start;
}

/** By the clocks of the zone; each hour counts where its middle is. A bar has files, or bytes. */
export function daysOf(
  hours: readonly Pick<HourOfFiles, "hour" | "matched" | "unmatched" | "bytes">[],
  now: number,
  zone: string,
  of: "files" | "bytes",
): readonly DayOfFiles[] {
  const days: DayOfFiles[] = [];
  for (let from = firstDay(now, zone); from <= now; from = dayAfter(from, zone)) {
    const until = dayAfter(from, zone);
    const own = hours.filter(({ hour }) => {
      const middle = Date.parse(hour) + HALF_HOUR;
      return middle >= from && middle < until;
    });
    const sum = (name: "matched" | "unmatched" | "bytes"): number => own.reduce((total, one) => total + one[name], 0);
    const [matched, unmatched, bytes] = [sum("matched"), sum("unmatched"), sum("bytes")];
    const parts =
      of === "bytes"
        ? ([{ status: "complete", count: bytes }] as const)
        : ([
            { status: "complete", count: matched },
            { status: "none", count: unmatched },
          ] as const);
    days.push({ from, until, parts, matched, unmatched, bytes });
  }
  return days;
}

/** A share of 0 to 1; null: nothing came. */
export function matchRate(days: readonly Pick<DayOfFiles, "matched" | "unmatched">[]): number | null {
  const matched = days.reduce((sum, day) => sum + day.matched, 0);
  const all = days.reduce((sum, day) => sum + day.matched + day.unmatched, 0);
  return all === 0 ? null : matched / all;
}
