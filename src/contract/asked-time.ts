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
