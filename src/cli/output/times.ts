import { parseSpan } from "../../core/time/duration.ts";
import { addCalendar } from "../../core/time/calendar-span.ts";
import { taskTimeText, taskTimeWithZone } from "../../core/why/phrases.ts";
import { wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { instantOnWall } from "../../core/time/wall-ms.ts";
import type { TaskTime } from "../../core/time/iso-times.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import { wallTime, zoneOf } from "../../core/time/zone.ts";

/** RFC 3339 in UTC, milliseconds only when there are some; null for no time. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace(".000Z", "Z");
}

/** What the clocks of its zone show at an RFC 3339 time with the offset of that zone. */
export function wallOfText(text: string): WallMs {
  return wallOf(Date.parse(`${text.replace(/(?:Z|[+-]\d{2}:\d{2})$/, "")}Z`));
}

/** `2026-11-24T13 (Europe/Berlin)`; empty for no time. */
export function taskTimeOf({ task_time: time, task_zone: own }: TaskTime, zone: string): string {
  return time === null ? "" : taskTimeWithZone(time, own ?? zone);
}

/** The column of task times: the head names the zone where all rows have the same one, otherwise each row does. */
export function taskTimeColumn(
  rows: readonly TaskTime[],
  zone: string,
): { readonly head: string; readonly text: (row: TaskTime) => string } {
  const zones = new Set(rows.flatMap((row) => (row.task_time === null ? [] : [row.task_zone ?? zone])));
  const [only = zone] = zones;
  if (zones.size > 1) return { head: "TASK TIME", text: (row) => taskTimeOf(row, zone) };
  return {
    head: `TASK TIME (${only})`,
    text: ({ task_time: time }) => (time === null ? "" : taskTimeText(time)),
  };
}

/** The end of a headline: below it clock times are in this zone and do not repeat it. */
export function timesIn(zone: string): string {
  return `  times in ${zone}`;
}

/** `2026-01-31 05:00:00` in the zone; empty for no time. */
export function localTime(ms: number | null, zone: string): string {
  if (ms === null) return "";
  const { year, month, day, hour, minute, second } = wallTime(ms, zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/** So long before (`sign` -1) or after a moment: `90m`, `2d`, `1mo`; days and months by the calendar of the zone. Null: no duration above zero. */
export function spanFrom(at: number, sign: 1 | -1, text: string, zone: string): number | null {
  const span = /^[-+]/.test(text) ? null : parseSpan(text);
  if (span === null) return null;
  const days = { months: sign * span.days.months, days: sign * span.days.days };
  const ms = Number(span.ns / 1_000_000n);
  const moved = addCalendar(at, days, zoneOf(zone)) + sign * ms;
  return moved === at || !Number.isFinite(new Date(moved).getTime()) ? null : moved;
}

/**
 * RFC 3339, a day (`2026-01-31`) with or without hour, minute and second in the zone, or with `now` how long ago (`2d`). Null for
 * anything else. A time that the clocks show twice is the first of the two, one that they skip as much later.
 */
export function parseTime(text: string, zone: string, now: number | null = null): number | null {
  const instant = parseInstant(text) ?? (now === null ? null : spanFrom(now, -1, text, zone));
  if (instant !== null) return instant;
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?)?$/.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const two = (value: number): string => String(value).padStart(2, "0");
  // Days and hours are checked as in a complete timestamp.
  if (parseInstant(`${match[1]}-${match[2]}-${match[3]}T${two(hour)}:${two(minute)}:${two(second)}Z`) === null)
    return null;
  return instantOnWall(wallOf(Date.UTC(year, month - 1, day, hour, minute, second)), zoneOf(zone));
}
