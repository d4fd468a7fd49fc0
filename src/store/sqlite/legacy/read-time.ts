import { parseInstant } from "../../../contract/time/instant.ts";

/** `ms`: milliseconds since 1970 · `none`: empty, NULL, or the year 1, which means no time · `unreadable`. */
export type LegacyTime =
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable" };

const NONE: LegacyTime = { kind: "none" };
const UNREADABLE: LegacyTime = { kind: "unreadable" };

/** The monotonic clock reading that Go appends to a time: ` m=+0.000012345`. */
const MONOTONIC = / m=[+-]\d+\.\d+$/;
/** Go's `2006-01-02 15:04:05.999999999 -0700 MST`; the abbreviation adds nothing to the offset. */
const GO_TEXT = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d)(?: [A-Za-z0-9+-]+)?$/;
/** The format of SQLite and its drivers, without a zone: UTC. */
const BARE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?$/;
/** The year of Go's zero time; 0 in a zone west of Greenwich. */
const NO_YEAR = /^000[01]-/;
const INTEGER = /^-?\d{1,15}$/;
/** A larger number is in milliseconds: as seconds it would be the year 5138. */
const MAX_SECONDS = 100_000_000_000;

/** Parses a time of a legacy table: text in any of its formats, or a number of seconds or milliseconds. */
export function readLegacyTime(value: unknown): LegacyTime {
  if (value === null || value === undefined || value === "") return NONE;
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return UNREADABLE;
  const quick = parseInstant(value);
  if (quick !== null) return { kind: "time", ms: quick };
  const text = value.trim().replace(MONOTONIC, "");
  if (text === "" || NO_YEAR.test(text)) return NONE;
  if (INTEGER.test(text)) return fromNumber(Number(text));
  const ms = parseInstant(rfc3339(text));
  return ms === null ? UNREADABLE : { kind: "time", ms };
}

function fromNumber(value: number): LegacyTime {
  if (!Number.isFinite(value)) return UNREADABLE;
  if (value === 0) return NONE;
  const ms = Math.trunc(Math.abs(value) < MAX_SECONDS ? value * 1000 : value);
  // The same range of years as in text.
  return parseInstant(new Date(ms).getTime() === ms ? new Date(ms).toISOString() : "") === null
    ? UNREADABLE
    : { kind: "time", ms };
}

/** The same moment in the format that `parseInstant` reads; any other text unchanged. */
function rfc3339(text: string): string {
  const go = GO_TEXT.exec(text);
  if (go !== null) return `${go[1]}${go[2]}:${go[3]}`;
  const bare = BARE.exec(text);
  if (bare !== null) return `${bare[1]}T${bare[2] ?? "00:00"}${bare[3] ?? ":00"}Z`;
  return text;
}
