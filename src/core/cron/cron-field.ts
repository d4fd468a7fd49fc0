/**
 * The fields of a cron expression, as robfig/cron v3 reads them. Each field becomes a table of the values it allows.
 */
import { weekdayOf } from "../time/civil-date.ts";

export interface CronFields {
  /** Indexed by the value itself; 1 where it is allowed. */
  readonly second: Uint8Array;
  readonly minute: Uint8Array;
  readonly hour: Uint8Array;
  readonly dayOfMonth: Uint8Array;
  readonly month: Uint8Array;
  readonly dayOfWeek: Uint8Array;
  /**
   * Whether a day must match both of its fields. It must when one of them has a `*` (or `?`) without a step;
   * otherwise one field is enough.
   */
  readonly bothDays: boolean;
}

export class CronError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "CronError";
    this.code = code;
  }
}

interface Bounds {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const SECOND: Bounds = { name: "second", min: 0, max: 59, names: [] };
const MINUTE: Bounds = { name: "minute", min: 0, max: 59, names: [] };
const HOUR: Bounds = { name: "hour", min: 0, max: 23, names: [] };
const DAY_OF_MONTH: Bounds = { name: "day of month", min: 1, max: 31, names: [] };
const MONTH: Bounds = { name: "month", min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: Bounds = { name: "day of week", min: 0, max: 6, names: WEEKDAYS };

/** Whether the fields allow a day: its number since 1970-01-01, and that in its month. */
export function allowsDay(fields: CronFields, days: number, dayOfMonth: number): boolean {
  const byMonth = fields.dayOfMonth[dayOfMonth] === 1;
  const byWeek = fields.dayOfWeek[weekdayOf(days)] === 1;
  return fields.bothDays ? byMonth && byWeek : byMonth || byWeek;
}

/** Six fields, seconds first. Throws CronError. */
export function parseFields(fields: readonly [string, string, string, string, string, string]): CronFields {
  const second = parseField(fields[0], SECOND);
  const minute = parseField(fields[1], MINUTE);
  const hour = parseField(fields[2], HOUR);
  const dayOfMonth = parseField(fields[3], DAY_OF_MONTH);
  const month = parseField(fields[4], MONTH);
  const dayOfWeek = parseField(fields[5], DAY_OF_WEEK);
  return {
    second: second.allowed,
    minute: minute.allowed,
    hour: hour.allowed,
    dayOfMonth: dayOfMonth.allowed,
    month: month.allowed,
    dayOfWeek: dayOfWeek.allowed,
    bothDays: dayOfMonth.star || dayOfWeek.star,
  };
}

function parseField(text: string, bounds: Bounds): { readonly allowed: Uint8Array; readonly star: boolean } {
  const allowed = new Uint8Array(bounds.max + 1);
  let star = false;
  for (const part of text.split(",")) {
    // Empty parts are ignored; a field of empty parts only never matches.
    if (part === "") continue;
    const range = parseRange(part, bounds);
    for (let value = range.start; value <= range.end; value += range.step) allowed[value] = 1;
    star ||= range.star;
  }
  return { allowed, star };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly star: boolean;
}

/** `*`, `?`, `N`, `N-M`, each with an optional `/step`; `N/step` runs to the maximum. */
function parseRange(text: string, bounds: Bounds): Range {
  const [rangeText = "", stepText, ...moreSteps] = text.split("/");
  const [lowText = "", highText, ...moreHyphens] = rangeText.split("-");
  const star = lowText === "*" || lowText === "?";
  let start = bounds.min;
  let end = bounds.max;
  if (!star) {
    start = parseValue(lowText, bounds);
    if (moreHyphens.length > 0) throw fieldError("cron_range", bounds, `"${text}" has more than one hyphen`);
    if (highText !== undefined) end = parseValue(highText, bounds);
    else if (stepText === undefined) end = start;
  }
  if (moreSteps.length > 0) throw fieldError("cron_step", bounds, `"${text}" has more than one slash`);
  const step = stepText === undefined ? 1 : parseNumber(stepText, bounds);

  if (start < bounds.min) throw fieldError("cron_range", bounds, `${start} is below the minimum ${bounds.min}`);
  if (end > bounds.max)
    throw fieldError(
      "cron_range",
      bounds,
      `${end} is above the maximum ${bounds.max}${sundayHint(start, end, bounds)}`,
    );
  if (start > end) {
    throw fieldError("cron_range", bounds, `the range "${text}" ends before it begins; write its two parts as a list`);
  }
  if (step === 0) throw fieldError("cron_step", bounds, `the step in "${text}" must be 1 or more`);
  return { start, end, step, star: star && step === 1 };
}

/** crontab(5) allows 7, the older program does not. */
function sundayHint(start: number, end: number, bounds: Bounds): string {
  if (bounds !== DAY_OF_WEEK || end !== 7) return "";
  return `; write Sunday as 0 or sun${start === end ? "" : ", listed apart"}`;
}

function parseValue(text: string, bounds: Bounds): number {
  // Go folds İ to a plain i, JavaScript to an i with a dot above it.
  const index = bounds.names.indexOf(text.replaceAll("\u0130", "i").toLowerCase());
  return index >= 0 ? index + bounds.min : parseNumber(text, bounds);
}

const MAX_INT64 = 2n ** 63n - 1n;

function parseNumber(text: string, bounds: Bounds): number {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    const names = bounds.names.length > 0 ? ` or a name like ${bounds.names[0]}` : "";
    throw fieldError("cron_value", bounds, `"${text}" is not a number; write ${bounds.min} to ${bounds.max}${names}`);
  }
  const value = BigInt(text.replace(/^\+/, ""));
  if (value > MAX_INT64) throw fieldError("cron_value", bounds, `${text} is too large`);
  if (value < 0n) throw fieldError("cron_value", bounds, `${text} is negative`);
  return Number(value);
}

function fieldError(code: string, bounds: Bounds, what: string): CronError {
  return new CronError(code, `${bounds.name}: ${what}`);
}
