import { wallOf, type WallMs } from "./wall-ms.ts";
import { parseInstant } from "./instant.ts";

/**
 * A task time as a person writes it. `instant`: with a zone, milliseconds since 1970. `wall`: by the clock of the phase
 * that it is about.
 */
export type AskedTime =
  | { readonly kind: "instant"; readonly at: number }
  | {
      readonly kind: "wall";
      readonly wall: WallMs;
      /** Only a day is given, no time of it. */
      readonly isDay: boolean;
    };

/** Today (0) or a day before, by the clock of the phase that it is about. */
export interface DayAgo {
  readonly kind: "ago";
  readonly days: number;
}

const DAYS_AGO: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["yesterday", 1],
]);

const WALL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?)?$/;

/** RFC 3339, or a day (`2026-01-31`) with or without hour, minute and second. Null for anything else. */
export function parseAskedTime(text: string): AskedTime | null {
  const at = parseInstant(text);
  if (at !== null) return { kind: "instant", at };
  const match = WALL.exec(text);
  if (match === null) return null;
  const [, day = "", hour, minute = "00", second = "00"] = match;
  const wall = parseInstant(`${day}T${hour ?? "00"}:${minute}:${second}Z`);
  return wall === null ? null : { kind: "wall", wall: wallOf(wall), isDay: hour === undefined };
}

/** The same, or `today` or `yesterday`. */
export function parseAskedDay(text: string): AskedTime | DayAgo | null {
  const days = DAYS_AGO.get(text);
  return days === undefined ? parseAskedTime(text) : { kind: "ago", days };
}
