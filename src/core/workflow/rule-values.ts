import { NO_DAYS, type CalendarSpan } from "../time/calendar-span.ts";
import { parseDuration, parseLongDuration, parseRuleDuration, parseSpan } from "../time/duration.ts";
import type { Values } from "../task/values.ts";
import { isTable, typeName, type TomlValue } from "./phase-source.ts";
import { readColumns } from "./rule-readers.ts";

/** Why a value does not fit its parameter: the end of the sentence "NAME …". */
export class ValidationError {
  readonly reason: string;
  /** What to do, as a sentence; null: correct the value. */
  readonly remedy: string | null;

  constructor(reason: string, remedy: string | null = null) {
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** Reads one kind of value from the texts of a rule string, or from a plain key. */
export interface ValueReader<T> {
  /** All values of the key in the rule string: most kinds use the first. */
  fromTexts(texts: readonly string[]): T | ValidationError;
  fromToml(value: TomlValue): T | ValidationError;
}

const NS_PER_MS = 1_000_000;

function notA(expected: string, value: TomlValue): ValidationError {
  return new ValidationError(`must be ${expected}, not ${typeName(value)}`);
}

const WITH_UNIT = 'Write it with its unit, in quotes, like "30s".';

/** A plain key that holds a duration: a bare number says no unit. */
function durationKey<T>(value: TomlValue, expected: string, read: (text: string) => T | ValidationError) {
  const text = typeof value === "bigint" || typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return notA(expected, value);
  return /^[+-]?[0-9.]*[1-9][0-9.]*$/.test(text)
    ? new ValidationError(`is a number without a unit: ${text}`, WITH_UNIT)
    : read(text);
}

/** A kind that is a text in the rule string and as a plain key. */
function textual<T>(read: (text: string) => T | ValidationError): ValueReader<T> {
  return {
    fromTexts: ([first = ""]) => read(first),
    fromToml: (value) => (typeof value === "string" ? read(value) : notA("a string", value)),
  };
}

export const textValue: ValueReader<string> = textual((text) => text);

/** Hours and less in nanoseconds, and days of the calendar, of one sign. */
export interface Span {
  readonly days: CalendarSpan;
  readonly ns: bigint;
}

/** The older program refused days in a rule string, so there they stay refused. */
export const spanValue: ValueReader<Span> = {
  fromTexts: ([first = ""]) => {
    const ns = parseRuleDuration(first);
    if (ns !== null) return { days: NO_DAYS, ns };
    const key = parseSpan(first) === null ? "" : "; days, weeks and months are written as a key of the phase";
    return new ValidationError(`is not a duration like -4h or 1h30m: "${first}"${key}`);
  },
  fromToml: (value) =>
    durationKey(
      value,
      "a string like -4h or -1d",
      (text) => parseSpan(text) ?? new ValidationError(`is not a duration like -4h, 1h30m, -1d or 1mo: "${text}"`),
    ),
};

/** Milliseconds above zero. */
export const durationValue: ValueReader<number> = {
  fromTexts: ([first = ""]) => aboveZero(first),
  fromToml: (value) => durationKey(value, "a string like 30s", aboveZero),
};

/** Since when a time-out counts: the creation of the task, or what its worker said last. */
export interface Timeout {
  /** Milliseconds above zero. */
  readonly ms: number;
  readonly afterReport: boolean;
}

/** `30m`, or `10m after last report`. */
export const timeoutValue: ValueReader<Timeout> = {
  fromTexts: ([first = ""]) => timeoutOf(first),
  fromToml: (value) => durationKey(value, 'a string like 30m or "10m after last report"', timeoutOf),
};

function timeoutOf(text: string): Timeout | ValidationError {
  const { duration = text, after } =
    /^\s*(?<duration>\S+)\s+(?<after>after\s+last\s+report)\s*$/i.exec(text)?.groups ?? {};
  if (after === undefined && /\safter\b/i.test(text))
    return new ValidationError(
      `must be a duration, or one with "after last report" like "10m after last report": "${text}"`,
    );
  const ms = aboveZero(duration);
  return ms instanceof ValidationError ? ms : { ms, afterReport: after !== undefined };
}

function aboveZero(text: string): number | ValidationError {
  const ns = parseLongDuration(text);
  if (ns === null) return new ValidationError(`is not a duration like 30s, 1h30m or 2d: "${text}"`);
  if (ns === "months") return new ValidationError(`must be in days or less, as a month has no length: "${text}"`);
  return ns > 0n ? Number(ns) / NS_PER_MS : new ValidationError(`must be above zero, not ${text}`);
}

/** Milliseconds of any sign; null when it is not a duration. */
export const delayValue: ValueReader<number | null> = {
  fromTexts: ([first = ""]) => delayOf(parseDuration(first)),
  fromToml: (value) =>
    durationKey(value, "a string like 30s", (text) => {
      const ns = parseLongDuration(text);
      return ns === null || ns === "months"
        ? new ValidationError(`is not a duration like 30s, 1h30m or 2d: "${text}"`)
        : delayOf(ns);
    }),
};

function delayOf(ns: bigint | null): number | null {
  return ns === null ? null : Number(ns) / NS_PER_MS;
}

export const countValue: ValueReader<number> = {
  fromTexts: ([first = ""]) =>
    /^[0-9]{1,9}$/.test(first) ? Number(first) : new ValidationError(`is not an integer from 0 on: "${first}"`),
  fromToml: (value) => {
    if (typeof value !== "bigint") return notA("an integer", value);
    return value >= 0n && value < 1_000_000_000n
      ? Number(value)
      : new ValidationError(`must be an integer from 0 on, not ${value}`);
  },
};

export const flagValue: ValueReader<boolean> = {
  fromTexts: ([first = ""]) => {
    if (first === "true" || first === "1") return true;
    return first === "false" || first === "0" ? false : new ValidationError(`is neither true nor false: "${first}"`);
  },
  fromToml: (value) => (typeof value === "boolean" ? value : notA("a boolean", value)),
};

/** In a rule any value means yes, even `false`, as in the older program. */
export const silenceValue: ValueReader<boolean> = {
  fromTexts: ([first = ""]) => first !== "",
  fromToml: (value) => flagValue.fromToml(value),
};

export function choiceValue<T extends string>(choices: readonly T[]): ValueReader<T> {
  return textual(
    (text) =>
      choices.find((one) => one === text) ?? new ValidationError(`must be one of ${choices.join(", ")}, not "${text}"`),
  );
}

function isTextList(value: TomlValue): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function splitNames(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

export const namesValue: ValueReader<readonly string[]> = {
  fromTexts: splitNames,
  fromToml: (value) => {
    if (typeof value === "string") return splitNames([value]);
    return isTextList(value) ? value : notA("a list of strings", value);
  },
};

function metaKeysIn(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [...text.matchAll(/\{meta:([^{}]+)\}/g)].map((match) => match[1] ?? ""));
}

/** Keys named as `{meta:key}`; in a plain key of the phase the bare name is enough. */
export const metaKeysValue: ValueReader<readonly string[]> = {
  fromTexts: metaKeysIn,
  fromToml: (value) => {
    const texts = typeof value === "string" ? value.split(",") : value;
    if (!isTextList(texts)) return notA("a list of strings", value);
    return texts.flatMap((text) => {
      const name = text.trim();
      return /[{}]/.test(name) ? metaKeysIn([name]) : name === "" ? [] : [name];
    });
  },
};

/** Columns of meta rows; a plain key may be a table of lists. */
export const columnsValue: ValueReader<Values> = {
  fromTexts: columnsIn,
  fromToml: (value) => {
    if (typeof value === "string") return columnsIn([value]);
    if (!isTable(value)) return notA('a string like key:a,b or a table like { key = ["a", "b"] }', value);
    const columns = new Map<string, readonly string[]>();
    for (const [key, list] of Object.entries(value)) {
      const values: readonly TomlValue[] = Array.isArray(list) ? list : [list];
      const texts = values.map(scalarText);
      if (!texts.every((text) => text !== null))
        return new ValidationError(`has values of ${key} that are neither string, number nor boolean`);
      columns.set(key, texts);
    }
    return columns;
  },
};

function columnsIn(texts: readonly string[]): Values | ValidationError {
  const { columns, error } = readColumns(texts);
  return error === null ? columns : new ValidationError(`is not written key:a,b|key2:1,2: ${error}`);
}

function scalarText(value: TomlValue): string | null {
  if (typeof value === "string") return value;
  return typeof value === "bigint" || typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** A plain value as text in a rule string: a file task has all parameters in its meta. */
export function asRuleText(value: TomlValue): string {
  if (Array.isArray(value)) return value.map(asRuleText).join(",");
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, list]) => `${key}:${asRuleText(list)}`)
    .join("|");
}
