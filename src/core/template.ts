import type { Values } from "./phase.ts";

const META_TOKEN = /\{meta:(\w+)\}/g;

/** Parts of a moment as a clock in some zone shows it; month and day count from 1. */
export interface TimeParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function utcParts(ms: number): TimeParts {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/**
 * Fills the time, host and id tokens of a template. From the first `#` that is not its first character on, the text
 * stays. Without a time, or for a year outside 1000-9999, the whole template stays (compat O3).
 *
 * @param uuid gives a random UUID; only its first eight digits are used
 */
export function fillTime(template: string, time: TimeParts | null, host: string, uuid: () => string): string {
  if (time === null || time.year < 1000 || time.year > 9999 || template.indexOf("{") < 0) return template;
  const hash = template.indexOf("#");
  const end = hash > 0 ? hash : template.length;
  return fillTokens(template.slice(0, end), time, host, uuid) + template.slice(end);
}

/** The order counts: a replacement may hold, or together with its surroundings make, a token that comes later. */
function fillTokens(template: string, time: TimeParts, host: string, uuid: () => string): string {
  const year = String(time.year);
  const [month, day, hour] = [twoDigits(time.month), twoDigits(time.day), twoDigits(time.hour)];
  const [minute, second] = [twoDigits(time.minute), twoDigits(time.second)];
  let text = template
    .replaceAll("{SLUG}", "{HOUR_SLUG}")
    .replaceAll("{HOUR_SLUG}", "{YYYY}/{MM}/{DD}/{HH}")
    .replaceAll("{DAY_SLUG}", "{YYYY}/{MM}/{DD}")
    .replaceAll("{MONTH_SLUG}", "{YYYY}/{MM}")
    .replaceAll("{TS}", `${year}${month}${day}T${hour}${minute}${second}`)
    .replace(/\{[Yy]{4}\}/g, year)
    .replace(/\{[Yy]{2}\}/g, year.slice(2))
    .replace(/\{[Mm]{2}\}/g, month)
    .replace(/\{[Dd]{2}\}/g, day)
    .replace(/\{[Hh]{2}\}/g, hour)
    .replaceAll("{min}", minute);
  if (text.indexOf("{") < 0) return text;
  const pod = host.split("-").slice(-2).join("-");
  // With the u flag letters fold as in Go, where the long s is an s.
  text = text
    .replace(/\{host\}/giu, (token) => expand(host, token))
    .replace(/\{pod\}/giu, (token) => expand(pod, token));
  return text.includes("{uuid}") ? text.replace("{uuid}", uuid().slice(0, 8)) : text;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** A host name with a `$` was a replacement pattern in Go: `$0` the token itself, any other name empty, `$$` a dollar. */
function expand(pattern: string, token: string): string {
  if (pattern.indexOf("$") < 0) return pattern;
  return pattern.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_match, dollar, braced, plain) =>
    dollar === "$" ? "$" : (braced ?? plain) === "0" ? token : "",
  );
}

/** Names of the `{meta:key}` tokens in the order they stand, repeated when repeated. */
export function metaKeys(template: string): string[] {
  return template.indexOf("{meta:") < 0 ? [] : Array.from(template.matchAll(META_TOKEN), (match) => match[1] ?? "");
}

/**
 * Fills `{meta:key}` with the first value of each key, one key after the other: a value that holds the token of a later
 * key is filled in turn. A missing key is empty.
 */
export function fillMeta(template: string, meta: ReadonlyMap<string, string> | Values): string {
  let text = template;
  for (const key of metaKeys(template)) {
    const value = meta.get(key);
    const fill = typeof value === "string" ? value : (value?.[0] ?? "");
    text = text.replaceAll(`{meta:${key}}`, () => fill);
  }
  return text;
}
