import { digitsOf, wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { HOUR } from "../../contract/time/time-units.ts";
import { utcTime } from "../time/calendar.ts";
import type { Values } from "./values.ts";
import { parseMeta } from "./meta.ts";
import { urlPath } from "../text/url-path.ts";

/**
 * A format in which a time may be written. The first match in the text counts; its groups are year, month, day, hour,
 * minute, second, as many as there are.
 */
type TimeForm = RegExp;

const CRON: TimeForm = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2})$/;

const INFO_FORMS: readonly TimeForm[] = [
  /(?:day|date|time|timestamp)[=:](\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z/,
  /(?:date|hour|hour_utc)[=:](\d{4})-(\d{2})-(\d{2})T(\d{2})/,
  /(?:day|date)[=:](\d{4})-(\d{2})-(\d{2})/,
];

const FILE_NAME: TimeForm = /(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/;

const PATH_FORMS: readonly TimeForm[] = [
  /(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})/,
  /(\d{4})\/(\d{2})\/(\d{2})/,
  /(\d{4})-(\d{2})-(\d{2})/,
  /(\d{4})\/(\d{2})/,
];

/**
 * The time a task is about: `cron` of its meta, otherwise the time in its info; null when
 * neither has one.
 */
export function taskTime(meta: string | Values, info: string): WallMs | null {
  const values = typeof meta === "string" ? parseMeta(meta) : meta;
  const cron = values.get("cron")?.[0];
  const time = cron === undefined ? undefined : timeIn(CRON, cron);
  return time === undefined ? infoTime(info) : time;
}

/** The time in an info: its query parameters first, then its path; null when there is none, or the text is not a URL. */
export function infoTime(info: string): WallMs | null {
  const path = urlPath(info);
  if (path === null) return null;
  for (const form of INFO_FORMS) {
    const time = timeIn(form, info);
    if (time !== undefined) return time;
  }
  return pathTime(path);
}

/** The time in a path. The first format that matches decides, even when that is not a valid time: then null. */
export function pathTime(path: string): WallMs | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (FILE_NAME.test(name)) return timeIn(FILE_NAME, name) ?? null;
  const form = PATH_FORMS.find((candidate) => candidate.test(path));
  return form === undefined ? null : (timeIn(form, path) ?? null);
}

/** Undefined when the text does not match or is not a valid time; null for a year that does not count. */
function timeIn(form: TimeForm, text: string): WallMs | null | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 1, hour, minute, second] = match.slice(1).map(Number);
  const digits = utcTime(year, month, day, hour, minute, second);
  return typeof digits === "number" ? wallOf(digits) : digits;
}

let lastHour = Number.NaN;
let lastText = "";

/** `2006-01-02T15`, as `cron` in meta has it. */
export function hourText(wall: WallMs): string {
  const hour = Math.floor(digitsOf(wall) / HOUR);
  if (hour !== lastHour) {
    lastText = new Date(hour * HOUR).toISOString().slice(0, 13);
    lastHour = hour;
  }
  return lastText;
}
