import type { WallTime } from "../time/wall-time.ts";

/** A piece of plain text, or the function that fills a token. */
type Part = string | ((time: WallTime, host: string, uuid: () => string) => string);

/** Every `{` is closed before the next one: then no replacement of digits can form a new token with its surroundings. */
const FLAT = /^[^{]*(?:\{[^{}]*\}[^{]*)*$/;
const TOKEN = /(\{[^{}]*\})/;

const TIME_TOKENS: readonly (readonly [RegExp, (time: WallTime) => string])[] = [
  [/^\{[Yy]{4}\}$/, (time) => String(time.year)],
  [/^\{[Yy]{2}\}$/, (time) => String(time.year).slice(2)],
  [/^\{[Mm]{2}\}$/, (time) => twoDigits(time.month)],
  [/^\{[Dd]{2}\}$/, (time) => twoDigits(time.day)],
  [/^\{[Hh]{2}\}$/, (time) => twoDigits(time.hour)],
  [/^\{min\}$/, (time) => twoDigits(time.minute)],
  [/^\{TS\}$/, timestamp],
];
const HOST_TOKEN = /^\{host\}$/iu;
const POD_TOKEN = /^\{pod\}$/iu;

/** Enough for all templates of the workflows in force; those of earlier versions must not pile up. */
const MAX_PLANS = 20_000;
const plans = new Map<string, readonly Part[] | null>();

/**
 * The template cut at its tokens, once; null when the result depends on the order of the replacements, because braces
 * are nested or left open. Only for a host without braces.
 */
export function planOf(template: string): readonly Part[] | null {
  let plan = plans.get(template);
  if (plan === undefined) {
    if (plans.size >= MAX_PLANS) plans.clear();
    plan = cut(template);
    plans.set(template, plan);
  }
  return plan;
}

export function fillPlan(plan: readonly Part[], time: WallTime, host: string, uuid: () => string): string {
  let text = "";
  for (const part of plan) text += typeof part === "string" ? part : part(time, host, uuid);
  return text;
}

/** `{SLUG}` and the like are replaced by other tokens. */
export function expandSlugs(template: string): string {
  return template
    .replaceAll("{SLUG}", "{HOUR_SLUG}")
    .replaceAll("{HOUR_SLUG}", "{YYYY}/{MM}/{DD}/{HH}")
    .replaceAll("{DAY_SLUG}", "{YYYY}/{MM}/{DD}")
    .replaceAll("{MONTH_SLUG}", "{YYYY}/{MM}");
}

export function timestamp(time: WallTime): string {
  const [month, day, hour] = [twoDigits(time.month), twoDigits(time.day), twoDigits(time.hour)];
  return `${time.year}${month}${day}T${hour}${twoDigits(time.minute)}${twoDigits(time.second)}`;
}

export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** The last two parts of the host's name. */
export function podOf(host: string): string {
  return host.split("-").slice(-2).join("-");
}

/** A host name with a `$` was a replacement pattern in Go: `$0` the token itself, any other name empty, `$$` a dollar. */
export function expandHost(pattern: string, token: string): string {
  if (pattern.indexOf("$") < 0) return pattern;
  return pattern.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_match, dollar, braced, plain) =>
    dollar === "$" ? "$" : (braced ?? plain) === "0" ? token : "",
  );
}

function cut(template: string): readonly Part[] | null {
  const expanded = expandSlugs(template);
  if (!FLAT.test(expanded)) return null;
  const parts: Part[] = [];
  let hasUuid = false;
  for (const piece of expanded.split(TOKEN)) {
    const fill = piece.startsWith("{") ? fillOf(piece) : piece;
    if (piece === "{uuid}" && !hasUuid) {
      hasUuid = true;
      parts.push((_time, _host, uuid) => uuid().slice(0, 8));
    } else if (fill !== "") parts.push(fill);
  }
  return parts;
}

function fillOf(token: string): Part {
  for (const [form, fill] of TIME_TOKENS) if (form.test(token)) return fill;
  if (HOST_TOKEN.test(token)) return (_time, host) => expandHost(host, token);
  if (POD_TOKEN.test(token)) return (_time, host) => expandHost(podOf(host), token);
  return token;
}
