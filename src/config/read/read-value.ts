import { parse as parseToml, TomlDate } from "smol-toml";
import type { ExitCodes } from "../../contract/worker-options.ts";
import { parseDuration, parseLongDuration } from "../../core/time/duration.ts";
import type { KeyKind, KeySpec } from "../keys/key-spec.ts";

/**
 * A checked value: `duration` is nanoseconds (bigint), `size` bytes, `command` a string (for a shell) or a list,
 * `table` names to strings.
 */
export type ConfigValue =
  | string
  | bigint
  | number
  | boolean
  | readonly string[]
  | { readonly names: Readonly<Record<string, string>> }
  | ExitCodes;

/** Why a value is not valid. Neither sentence repeats it: it may be a secret. */
export class ValueError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = "ValueProblem";
    this.remedy = remedy;
  }
}

const EXPECTED: Readonly<Record<KeyKind, { readonly noun: string; readonly remedy: string }>> = {
  string: { noun: "a string", remedy: 'write it in quotes, as in "value"' },
  list: { noun: "a list of strings", remedy: 'write it as in ["a", "b"]' },
  duration: { noun: "a duration", remedy: 'write a number with its unit in quotes, as in "90s", "1h30m" or "2d"' },
  "Go duration": {
    noun: "a duration",
    remedy: 'write a number with its unit in quotes, as in "90s", "15m" or "1h30m"',
  },
  integer: { noun: "an integer", remedy: "write digits without quotes, as in 8080" },
  size: { noun: "a size in bytes", remedy: 'write digits, or a string as in "64MB"' },
  boolean: { noun: "a boolean", remedy: "write true or false without quotes" },
  command: { noun: "a command", remedy: 'write it as in ["program", "argument"]' },
  table: { noun: "a table of strings", remedy: 'write it as in { NAME = "value" }' },
  "exit codes": { noun: "a table of exit codes", remedy: "write it as in { warn = [3], alert = [4] }" },
};

/** Reads a value of the file; throws ValueError. */
export function fromToml(kind: KeyKind, value: unknown): ConfigValue {
  const read = readToml(kind, value);
  if (read === null) throw new ValueError(`takes ${EXPECTED[kind].noun}, not ${nounOf(value)}`, EXPECTED[kind].remedy);
  return read;
}

/** Reads the text of a flag or variable; throws ValueError. */
export function fromText(kind: KeyKind, text: string): ConfigValue {
  const read = readText(kind, text);
  if (read === null) throw new ValueError(`takes ${EXPECTED[kind].noun}`, textRemedy(kind));
  return read;
}

/**
 * What is wrong with a bare number as the duration of this key; null when it is none, or 0, which needs no unit. A legacy
 * key counts nanoseconds, as the older program did.
 */
export function bareNumber(spec: KeySpec | undefined, raw: unknown): "warning" | "error" | null {
  if (spec?.kind !== "duration" && spec?.kind !== "Go duration") return null;
  const isBare = typeof raw === "bigint" ? raw !== 0n : typeof raw === "string" && /^[+-]?[0-9]*[1-9][0-9]*$/.test(raw);
  if (!isBare) return null;
  return spec.kind === "Go duration" ? "warning" : "error";
}

/** The sentence and the remedy about it. */
export function bareNumberText(key: string, severity: "warning" | "error"): { message: string; remedy: string } {
  const outcome = severity === "warning" ? ": it counts nanoseconds" : "";
  return {
    message: `\`${key}\` is a number without a unit${outcome}`,
    remedy: 'write it as in "30s", "15m" or "1h30m"',
  };
}

/** The default of a key; null when it has none. */
export function standardOf(standard: KeySpec["standard"], kind: KeyKind): ConfigValue | null {
  if (standard === "") return null;
  return fromToml(kind, parseToml(`x = ${standard}`, { integersAsBigInt: true })["x"]);
}

function readToml(kind: KeyKind, value: unknown): ConfigValue | null {
  switch (kind) {
    case "string":
      return typeof value === "string" ? value : null;
    case "list":
      return isTextList(value) ? value : null;
    case "duration":
    case "Go duration":
      return typeof value === "bigint"
        ? withinInt64(value)
        : typeof value === "string"
          ? durationOf(kind, value)
          : null;
    case "integer":
      return integerOf(value);
    case "size":
      return typeof value === "string" ? sizeOf(value) : integerOf(value);
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "command":
      return typeof value === "string" || isTextList(value) ? value : null;
    case "table":
      return isTable(value) && Object.values(value).every((entry) => typeof entry === "string")
        ? { names: value as Record<string, string> }
        : null;
    case "exit codes":
      return isTable(value) ? codesOf(value) : null;
  }
}

function readText(kind: KeyKind, text: string): ConfigValue | null {
  switch (kind) {
    case "string":
      return text;
    case "list":
      return listOf(text);
    case "duration":
    case "Go duration":
      return durationOf(kind, text) ?? (isInteger(text) ? withinInt64(BigInt(text)) : null);
    case "integer":
      return isInteger(text) ? integerOf(BigInt(text)) : null;
    case "size":
      return sizeOf(text);
    case "boolean":
      return { true: true, false: false }[text.toLowerCase()] ?? null;
    case "command":
    case "table":
    case "exit codes":
      return readToml(kind, tomlOf(text) ?? text);
  }
}

/** Nanoseconds. A month has no length of its own. */
function durationOf(kind: "duration" | "Go duration", text: string): bigint | null {
  if (kind === "Go duration") return parseDuration(text);
  const ns = parseLongDuration(text);
  return ns === "months" ? null : ns;
}

function textRemedy(kind: KeyKind): string {
  if (kind === "list") return "write it as in a,b";
  return EXPECTED[kind].remedy.replaceAll(" in quotes", "").replaceAll(" without quotes", "").replaceAll('"', "");
}

function tomlOf(text: string): unknown {
  try {
    return parseToml(`x = ${text}`, { integersAsBigInt: true })["x"];
  } catch {
    return null;
  }
}

/** `a, b`, `["a", "b"]`: brackets and quotes are removed, as in the older program. */
function listOf(text: string): readonly string[] {
  const inner = text.trim().replace(/^\[|\]$/g, "");
  if (inner.trim() === "") return [];
  return inner.split(",").map((entry) => entry.trim().replace(/^["']|["']$/g, ""));
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

function withinInt64(value: bigint): bigint | null {
  return BigInt.asIntN(64, value) === value ? value : null;
}

function integerOf(value: unknown): number | null {
  const number = typeof value === "bigint" ? Number(value) : null;
  return number !== null && Number.isSafeInteger(number) ? number : null;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

function sizeOf(text: string): number | null {
  const match = /^(\d+)\s*([a-zA-Z]*)$/.exec(text.trim());
  const unit = UNITS[(match?.[2] ?? "").toLowerCase()];
  if (match === null || unit === undefined) return null;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

function codesOf(value: Readonly<Record<string, unknown>>): ExitCodes | null {
  const lists: Record<"warn" | "alert", readonly number[]> = { warn: [], alert: [] };
  for (const [name, entry] of Object.entries(value)) {
    if ((name !== "warn" && name !== "alert") || !Array.isArray(entry)) return null;
    const codes = entry.map(integerOf).filter((code): code is number => code !== null && code > 0 && code < 256);
    if (codes.length !== entry.length) return null;
    lists[name] = codes;
  }
  return lists;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/** A table of the file, rather than a list, a date or a plain value. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof TomlDate);
}

function nounOf(value: unknown): string {
  if (Array.isArray(value)) return "this list";
  if (value instanceof TomlDate) return "a date";
  if (isTable(value)) return "this table";
  if (typeof value === "string") return "this string";
  return typeof value === "boolean" ? "this boolean" : "this number";
}
