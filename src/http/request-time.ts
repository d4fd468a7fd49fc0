import { parseInstant } from "../contract/time/instant.ts";
import { parseAskedDay, type AskedTime, type DayAgo } from "../contract/time/asked-time.ts";
import { RequestError } from "./errors.ts";

/**
 * Milliseconds since 1970 of a time in a request; null stays null. Throws a 400 for a year before 1000: the schema accepts
 * it, but null would mean another time, as in "now".
 */
export function requestTime<T extends string | null>(
  field: string,
  text: T,
  part?: string,
): T extends string ? number : number | null;
export function requestTime(field: string, text: string | null, part = "/body"): number | null {
  if (text === null) return null;
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  throw unusable(field, part);
}

/** The task time in a request, which may be by the clock of a phase; null stays null. Throws as `requestTime` does. */
export function requestedTaskTime(field: string, text: string | null): number | AskedTime | DayAgo | null {
  if (text === null) return null;
  const asked = parseAskedDay(text);
  if (asked !== null) return asked.kind === "instant" ? asked.at : asked;
  throw unusable(field);
}

/** RFC 3339 with milliseconds, in UTC; null stays null. */
export function timeText<T extends number | null>(ms: T): T extends number ? string : string | null;
export function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function unusable(field: string, part = "/body"): RequestError {
  return new RequestError([
    {
      pointer: `${part}/${field}`,
      message: "not a time that Flowlord can use: give a day that exists, and a year from 1000 on",
    },
  ]);
}
