/** Durations as Go counts and writes them: integer nanoseconds in a signed 64-bit number. */

import { NO_DAYS, type CalendarSpan } from "./calendar-span.ts";

const NANOSECOND = 1n;
const MICROSECOND = 1_000n;
const MILLISECOND = 1_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const YEAR = 365n * DAY;
const MAX = 2n ** 63n - 1n;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", NANOSECOND],
  ["us", MICROSECOND],
  ["µs", MICROSECOND],
  ["μs", MICROSECOND],
  ["ms", MILLISECOND],
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
]);

/** Nanoseconds of a duration in Go's syntax (`1h30m`, `-168h`, `1.5h`, `0`); null for anything else. */
export function parseDuration(text: string): bigint | null {
  const negative = text.startsWith("-");
  const digits = negative || text.startsWith("+") ? text.slice(1) : text;
  if (digits === "0") return 0n;
  if (digits === "") return null;
  const part = /([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/y;
  let total = 0n;
  while (part.lastIndex < digits.length) {
    const match = part.exec(digits);
    if (match === null) return null;
    const value = partOf(match[1] ?? "", match[2] ?? "", match[3] ?? "");
    if (value === null) return null;
    total += value;
    if (total > MAX + 1n) return null;
  }
  if (negative) return -total;
  return total > MAX ? null : total;
}

const CALENDAR_SPAN = /^([+-]?)(?:(\d{1,5})mo)?(?:(\d{1,6})w)?(?:(\d{1,6})d)?((?:\d|\.).*)?$/;

/** A span with days (`-1d`, `3w`, `1mo2d12h`): the larger units first, integers, one sign for all. Null for anything else. */
export function parseSpan(text: string): { readonly days: CalendarSpan; readonly ns: bigint } | null {
  const plain = parseDuration(text);
  if (plain !== null) return { days: NO_DAYS, ns: plain };
  const match = CALENDAR_SPAN.exec(text);
  if (match === null) return null;
  const [, sign, months, weeks, days, rest] = match;
  if (months === undefined && weeks === undefined && days === undefined) return null;
  const ns = rest === undefined ? 0n : parseDuration(rest);
  if (ns === null) return null;
  const by = sign === "-" ? -1 : 1;
  const count = 7 * Number(weeks ?? 0) + Number(days ?? 0);
  // Adding 0 makes a -0 a 0.
  return { days: { months: by * Number(months ?? 0) + 0, days: by * count + 0 }, ns: BigInt(by) * ns };
}

/**
 * Nanoseconds of a duration where no calendar is at hand: a day is 24 hours, a week seven of them. A text says why it is
 * not one: a month has no length of its own.
 */
export function parseLongDuration(text: string): bigint | "months" | null {
  const span = parseSpan(text);
  if (span === null) return null;
  if (span.days.months !== 0) return "months";
  const ns = BigInt(span.days.days) * DAY + span.ns;
  return ns > MAX || ns < -MAX - 1n ? null : ns;
}

function partOf(integerPart: string, fraction: string, unitName: string): bigint | null {
  const unit = UNITS.get(unitName);
  if (unit === undefined || (integerPart === "" && fraction === "")) return null;
  let value = BigInt(integerPart) * unit;
  if (value > MAX + 1n) return null;
  if (/[1-9]/.test(fraction)) value += fractionOf(fraction, unit);
  return value > MAX + 1n ? null : value;
}

/** The fraction in nanoseconds, with the same rounding as Go: digits that fit 63 bits, then floating point. */
function fractionOf(fraction: string, unit: bigint): bigint {
  let digits = 0n;
  let scale = 1;
  for (const digit of fraction) {
    if (digits > MAX / 10n) break;
    const next = digits * 10n + BigInt(digit);
    if (next > MAX + 1n) break;
    digits = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(digits) * (Number(unit) / scale)));
}

/** A duration in a rule: Go's syntax, or a bare integer of nanoseconds. */
export function parseRuleDuration(text: string): bigint | null {
  if (!/^[+-]?[0-9]+$/.test(text)) return parseDuration(text);
  const ns = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return ns > MAX || ns < -MAX - 1n ? null : ns;
}

/**
 * A duration for people: years of 365 days, days, hours, minutes and seconds, or one smaller unit; at most two decimals,
 * the rest cut; parts that are zero are left out (`1d1m`, `12m34.56s`, `1.5ms`, `0s`).
 */
export function printDuration(ns: bigint): string {
  if (ns < 0n) return `-${printDuration(-ns)}`;
  if (ns === 0n) return "0s";
  if (ns < MICROSECOND) return `${ns}ns`;
  if (ns < MILLISECOND) return decimal(ns, MICROSECOND, "µs");
  if (ns < SECOND) return decimal(ns, MILLISECOND, "ms");
  let text = "";
  let rest = ns;
  for (const [unit, name] of LARGE_UNITS) {
    if (rest >= unit) text += `${rest / unit}${name}`;
    rest %= unit;
  }
  return text + decimal(rest, SECOND, "s");
}

const LARGE_UNITS: readonly (readonly [bigint, string])[] = [
  [YEAR, "y"],
  [DAY, "d"],
  [HOUR, "h"],
  [MINUTE, "m"],
];

/** Empty when it is less than a hundredth of the unit. */
function decimal(ns: bigint, unit: bigint, name: string): string {
  const hundredths = (ns * 100n) / unit;
  if (hundredths === 0n) return "";
  const cents = String(hundredths % 100n).padStart(2, "0");
  const decimals = cents.endsWith("0") ? cents.slice(0, 1) : cents;
  return decimals === "0" ? `${hundredths / 100n}${name}` : `${hundredths / 100n}.${decimals}${name}`;
}
