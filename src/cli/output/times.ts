import { parseInstant } from "../../contract/instant.ts";
import { fromWall, wallTime, zoneOf } from "../../core/time/zone.ts";

/** RFC 3339 in UTC, milliseconds only when there are some; null for no time. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace(".000Z", "Z");
}

/** Names of fields that are times, in every answer. */
const TIMES: ReadonlySet<string> = new Set(["at", "task_time", "created", "started", "ended"]);

/** The row with its times (`created`, `…_at`) as RFC 3339. Times within a field stay as they are. */
export function isoTimes(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === "number" && (TIMES.has(key) || key.endsWith("_at")) ? isoTime(value) : value,
    ]),
  );
}

/** `2026-01-31 05:00:00` in the zone; empty for no time. */
export function localTime(ms: number | null, zone: string): string {
  if (ms === null) return "";
  const { year, month, day, hour, minute, second } = wallTime(ms, zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/** RFC 3339, or a day (`2026-01-31`) with or without hour, minute and second in the zone. Null for anything else. */
export function parseTime(text: string, zone: string): number | null {
  const instant = parseInstant(text);
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
  return fromWall(Date.UTC(year, month - 1, day, hour, minute, second), zoneOf(zone));
}
