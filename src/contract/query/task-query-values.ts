import { parseInstant } from "../time/instant.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../time/time-units.ts";
import { TaskQueryError, type Pattern, type Phrase, type TextRange, type Range } from "./task-query.ts";
import { termPatternsOf } from "./terms.ts";

/**
 * The clock of a query: it defines `today`, `-2h` and a day without a zone. A wall time is what that clock shows, as the
 * ms since 1970 at which a clock in UTC shows the same.
 */
export interface QueryClock {
  readonly now: number;
  /** IANA. */
  readonly zone: string;
  toWall(at: number): number;
  fromWall(wall: number): number;
}

export function utcClock(now: number): QueryClock {
  return { now, zone: "UTC", toWall: (at) => at, fromWall: (wall) => wall };
}

/** A value as it was written: `escaped` has `\` before each literal `*`, `"` and `\`. */
export interface Written extends TextRange {
  readonly escaped: string;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** Pieces between the wildcards. */
export function patternOf({ escaped }: Written): Pattern {
  const pieces = [""];
  for (let at = 0; at < escaped.length; at++) {
    const char = escaped[at] ?? "";
    if (char === "*") {
      // Two adjacent wildcards are one.
      if (pieces.length === 1 || pieces.at(-1) !== "") pieces.push("");
      continue;
    }
    const isEscape = char === "\\" && at + 1 < escaped.length && '*"\\'.includes(escaped[at + 1] ?? "");
    if (isEscape) at += 1;
    pieces.push((pieces.pop() ?? "") + (escaped[at] ?? ""));
  }
  return pieces;
}

/** Words that must follow each other. A `*` matches letters and digits of a word. */
export function phraseOf(written: Written): Phrase {
  const plain = written.escaped.replaceAll('\\"', " ").replaceAll("\\\\", " ").replaceAll("\\*", " ");
  const terms = termPatternsOf(plain).map((term) => patternOf({ escaped: term, offset: 0, length: 0 }));
  if (!terms.some((term) => term.some((piece) => piece !== "")))
    throw new TaskQueryError(
      "query_no_words",
      written,
      "It has no letter or digit to search for; a search for text finds words.",
    );
  return terms;
}

/** Milliseconds of `90s`, `1h30m`, `1.5h`, `2d`, `1w`; with a sign if `signed`. */
export function durationOf(text: string): number | null {
  const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/y;
  let total = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return null;
    total += Number(match[1]) * (UNITS[match[2] ?? ""] ?? 0);
  }
  return text === "" || total > 1e15 ? null : Math.round(total);
}

export function durationRange(written: Written): Range {
  const ms = durationOf(written.escaped);
  if (ms === null)
    throw new TaskQueryError(
      "query_bad_duration",
      written,
      `"${written.escaped}" is not a duration: write 90s, 5m, 1h30m or 2d.`,
    );
  return { from: ms, until: ms + 1 };
}

export function numberRange(written: Written): Range {
  if (!/^\d{1,15}$/.test(written.escaped))
    throw new TaskQueryError("query_bad_number", written, `"${written.escaped}" is not an integer.`);
  const value = Number(written.escaped);
  return { from: value, until: value + 1 };
}

const WALL = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?)?)?)?$/;

/** The range of a written time: a year, month, day, hour, minute or second of the clock's zone, or an instant. */
export function timeRange(written: Written, clock: QueryClock): Range {
  const text = written.escaped;
  const instant = parseInstant(text);
  // A time written to the second means that complete second.
  if (instant !== null) return { from: instant, until: instant + (/[.,]\d/.test(text) ? 1 : SECOND) };
  const relative = text === "now" ? 0 : /^[+-]/.test(text) ? durationOf(text.slice(1)) : null;
  if (relative !== null) {
    const at = clock.now + (text.startsWith("-") ? -relative : relative);
    return { from: at, until: at + 1 };
  }
  if (text === "today" || text === "yesterday") {
    const today = Math.floor(clock.toWall(clock.now) / DAY) * DAY;
    const day = text === "today" ? today : today - DAY;
    return { from: clock.fromWall(day), until: clock.fromWall(day + DAY) };
  }
  const span = wallSpan(text);
  if (span === null)
    throw new TaskQueryError(
      "query_bad_time",
      written,
      `"${text}" is not a time: write 2026-05-01, 2026-05-01T13, 2026-05-01T13:30:00Z, 2026-05, today, yesterday, now or -2h.`,
    );
  return { from: clock.fromWall(span[0]), until: clock.fromWall(span[1]) };
}

/**
 * The range of a task time. Those are kept as the clock of their phase shows them, whatever its zone, so that the digits
 * count as they are written and as lists show them; only `today`, `now` and `-2h` ask the query's clock. A time with `Z` or
 * an offset is that instant, whatever the clock of the phase shows then.
 */
export function taskTimeRange(written: Written, clock: QueryClock): Range {
  if (isMoment(written)) return timeRange(written, clock);
  return timeRange(written, { ...clock, now: clock.toWall(clock.now), toWall: same, fromWall: same });
}

export function isMoment({ escaped }: Written): boolean {
  return parseInstant(escaped) !== null;
}

function same(time: number): number {
  return time;
}

function wallSpan(text: string): readonly [number, number] | null {
  const match = WALL.exec(text);
  if (match === null) return null;
  const [year = 0, month, day, hour, minute, second] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (year < 1000) return null;
  const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  const date = new Date(from);
  const isReal =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === (month ?? 1) - 1 &&
    date.getUTCDate() === (day ?? 1) &&
    date.getUTCHours() === (hour ?? 0) &&
    date.getUTCMinutes() === (minute ?? 0) &&
    date.getUTCSeconds() === (second ?? 0);
  if (!isReal) return null;
  if (month === undefined) return [from, Date.UTC(year + 1, 0, 1)];
  if (day === undefined) return [from, Date.UTC(year, month, 1)];
  const unit = hour === undefined ? DAY : minute === undefined ? HOUR : second === undefined ? MINUTE : SECOND;
  return [from, from + unit];
}
