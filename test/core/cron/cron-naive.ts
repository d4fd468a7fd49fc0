/**
 * A second, naive cron: read the wall clock from Intl, minute by minute, until it shows a time that the fields
 * allow. It shares nothing with src/core but the meaning of the fields, which are lists of values here.
 */

export interface NaiveFields {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 0 = Sunday. */
  readonly weekdays: readonly number[];
}

interface NaiveClock {
  /** Wall time of the zone in minutes since 1970-01-01, at an instant in minutes. */
  read(minute: number): number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function naiveClock(zone: string): NaiveClock {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = "2-digit";
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: two,
      day: two,
      hour: two,
      minute: two,
    });
    formats.set(zone, format);
  }
  const clock = format;
  const read = (minute: number): number => {
    const [year = 0, month = 0, day = 0, hour = 0, shown = 0] = clock
      .format(minute * 60_000)
      .split(/\D+/)
      .map(Number);
    return Date.UTC(year, month - 1, day, hour, shown) / 60_000;
  };
  return { read };
}

/** The first moment after `after` and before `until` (milliseconds) that the fields allow; null if none. */
export function naiveNext(fields: NaiveFields, zone: string, after: number, until: number): number | null {
  const clock = naiveClock(zone);
  for (let quarter = Math.floor(after / 900_000) * 15; quarter * 60_000 < until; quarter += 15) {
    // Either the clock changes between two readings, or it runs evenly.
    const first = clock.read(quarter);
    const isEven = clock.read(quarter + 14) === first + 14;
    for (let minute = quarter; minute < quarter + 15; minute++) {
      const wall = isEven ? first + minute - quarter : clock.read(minute);
      if (!shows(wall, fields)) continue;
      const second = fields.seconds.find((one) => minute * 60_000 + one * 1000 > after);
      if (second !== undefined) return minute * 60_000 + second * 1000;
    }
  }
  return null;
}

/** Whether the fields allow this wall time. */
function shows(wall: number, fields: NaiveFields): boolean {
  const date = new Date(wall * 60_000);
  return (
    fields.minutes.includes(date.getUTCMinutes()) &&
    fields.hours.includes(date.getUTCHours()) &&
    fields.weekdays.includes(date.getUTCDay())
  );
}
