import { parseCron } from "../../../src/core/cron/cron.ts";
import { CronError } from "../../../src/core/cron/cron-field.ts";
import { wallTime, zoneOf } from "../../../src/core/time/zone.ts";

interface CronCase {
  readonly expr: string;
  readonly start: string;
  readonly zone: string;
}

export function answer(input: unknown): unknown {
  const { expr, start, zone } = input as CronCase;
  const schedule = parseCron(expr, zone);
  if (schedule instanceof CronError) return { error: true };
  const next: string[] = [];
  let at: number | null = Date.parse(start.replace(/(\.\d{3})\d+/, "$1"));
  while (next.length < 5) {
    at = schedule.next(at);
    if (at === null) break;
    next.push(written(at, zone));
  }
  return { next };
}

/** RFC 3339 in the zone; years above 9999 with a sign and six digits. */
function written(ms: number, zone: string): string {
  const wall = wallTime(ms, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  const year = wall.year > 9999 ? `+${String(wall.year).padStart(6, "0")}` : String(wall.year).padStart(4, "0");
  const text = `${year}-${two(wall.month)}-${two(wall.day)}T${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`;
  const offset = zoneOf(zone).offsetAt(ms) / 60_000;
  if (offset === 0) return `${text}Z`;
  const minutes = Math.abs(offset);
  return `${text}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
