import type { QueryClock } from "../../../src/contract/query/task-query-values.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = "2-digit";
    format = new Intl.DateTimeFormat("en", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the clocks of the zone show, as the ms since 1970 at which clocks in UTC show the same. */
export function toWall(at: number, zone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/** The instant at which they show it; of an hour that comes twice one of the two. */
export function fromWall(wall: number, zone: string): number {
  const offsetAt = (at: number): number => toWall(at, zone) - at;
  return wall - offsetAt(wall - offsetAt(wall));
}

/** What `today`, `-2h` and a time without a zone mean in a query of this page. */
export function queryClock(now: number, zone: string): QueryClock {
  return { now, zone, toWall: (at) => toWall(at, zone), fromWall: (wall) => fromWall(wall, zone) };
}
