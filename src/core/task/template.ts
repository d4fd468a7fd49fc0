import type { Values } from "./values.ts";
import { expandHost, expandSlugs, fillPlan, planOf, podOf, timestamp, twoDigits } from "./template-plan.ts";
import type { WallTime } from "../time/wall-time.ts";

const META_START = "{meta:";
/** Any key that meta takes: also `row-count`. Braces end it. */
const META_TOKEN = /\{meta:([^{}]+)\}/g;
/** Keys that the older program filled: without a value they are empty. Any other token stays unless meta has its key. */
const PLAIN_KEY = /^\w+$/;

type Meta = ReadonlyMap<string, string> | Values;

/**
 * Fills the time, host and id tokens of a template. From the first `#` that is not its first character on, the text
 * stays as it is. Without a time, or for a year outside 1000-9999, so does the complete template (docs/compatibility.md, O3).
 *
 * @param uuid returns a random UUID; only its first eight digits are used
 */
export function fillTime(template: string, time: WallTime | null, host: string, uuid: () => string): string {
  if (time === null || time.year < 1000 || time.year > 9999 || template.indexOf("{") < 0) return template;
  const hash = template.indexOf("#");
  const end = hash > 0 ? hash : template.length;
  const head = end === template.length ? template : template.slice(0, end);
  const plan = host.indexOf("{") < 0 && host.indexOf("}") < 0 ? planOf(head) : null;
  const text = plan === null ? fillTokens(head, time, host, uuid) : fillPlan(plan, time, host, uuid);
  return end === template.length ? text : text + template.slice(end);
}

const TIME_TOKEN =
  /\{(?:[Yy]{4}|[Yy]{2}|[Mm]{2}|[Dd]{2}|[Hh]{2}|min|TS|SLUG|HOUR_SLUG|DAY_SLUG|MONTH_SLUG)\}|\{(?:host|pod|uuid)\}/;

/** Whether the template has tokens that `fillTime` fills. */
export function hasTimeTokens(template: string): boolean {
  const hash = template.indexOf("#");
  return TIME_TOKEN.test(hash > 0 ? template.slice(0, hash) : template);
}

/** Whether `fillTime` leaves tokens of the template as they are, because there is no time to fill them with. */
export function isLeftOpen(template: string, time: WallTime | null): boolean {
  if (time !== null && time.year >= 1000 && time.year <= 9999) return false;
  return template.indexOf("{") >= 0 && hasTimeTokens(template);
}

/**
 * Fills any template, one token after the other. The order matters: a replacement may contain a later token, or form one
 * together with its surroundings.
 */
function fillTokens(template: string, time: WallTime, host: string, uuid: () => string): string {
  const year = String(time.year);
  const text = expandSlugs(template)
    .replaceAll("{TS}", timestamp(time))
    .replace(/\{[Yy]{4}\}/g, year)
    .replace(/\{[Yy]{2}\}/g, year.slice(2))
    .replace(/\{[Mm]{2}\}/g, twoDigits(time.month))
    .replace(/\{[Dd]{2}\}/g, twoDigits(time.day))
    .replace(/\{[Hh]{2}\}/g, twoDigits(time.hour))
    .replaceAll("{min}", twoDigits(time.minute))
    // With the u flag, case folds as in Go, where the long s is an s.
    .replace(/\{host\}/giu, (token) => expandHost(host, token))
    .replace(/\{pod\}/giu, (token) => expandHost(podOf(host), token));
  return text.includes("{uuid}") ? text.replace("{uuid}", uuid().slice(0, 8)) : text;
}

/**
 * Names of the `{meta:key}` tokens in the order of the template, with repetitions. Those that are not plain words
 * (`row-count`) only when `has` knows them: the older program left such tokens as they are.
 */
export function metaKeys(template: string, has: (key: string) => boolean = () => false): string[] {
  if (template.indexOf(META_START) < 0) return [];
  return Array.from(template.matchAll(META_TOKEN), (match) => match[1] ?? "").filter(
    (key) => isPlainKey(key) || has(key),
  );
}

/** Letters, digits and `_`: a token of such a key is filled in any case. */
export function isPlainKey(key: string): boolean {
  return PLAIN_KEY.test(key);
}

/**
 * Fills `{meta:key}` with the first value of each key, one key after the other: a value that contains the token of a
 * later key is filled, too. A missing key is empty; one that is not a plain word leaves its token as it is.
 */
export function fillMeta(template: string, meta: Meta): string {
  let at = template.indexOf(META_START);
  if (at < 0) return template;
  let text = "";
  let from = 0;
  for (; at >= 0; at = template.indexOf(META_START, from)) {
    const end = template.indexOf("}", at);
    const key = template.slice(at + META_START.length, end);
    const value = valueOf(meta, key);
    // The value may form another token with its surroundings.
    if (end < 0 || !isFilled(key, meta) || value.indexOf("{") >= 0 || isOpen(template, from, at)) {
      return fillInTurn(template, meta);
    }
    text += template.slice(from, at) + value;
    from = end + 1;
  }
  return text + template.slice(from);
}

function isFilled(key: string, meta: Meta): boolean {
  return isPlainKey(key) || (meta.has(key) && key.indexOf("{") < 0);
}

function fillInTurn(template: string, meta: Meta): string {
  let text = template;
  for (const key of metaKeys(template, (one) => meta.has(one)))
    text = text.replaceAll(`{meta:${key}}`, () => valueOf(meta, key));
  return text;
}

function valueOf(meta: Meta, key: string): string {
  const value = meta.get(key);
  return typeof value === "string" ? value : (value?.[0] ?? "");
}

/** Whether a brace before `until` is not closed by then. */
function isOpen(template: string, from: number, until: number): boolean {
  const brace = until === 0 ? -1 : template.lastIndexOf("{", until - 1);
  if (brace < from) return false;
  const close = template.indexOf("}", brace);
  return close < 0 || close > until;
}
