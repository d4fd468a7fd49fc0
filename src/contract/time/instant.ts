const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** A time is written in UTC: an hour before or after these years by its zone would have no such text. */
const FIRST_YEAR = Date.UTC(1000, 0, 1);
const END_OF_YEARS = Date.UTC(10_000, 0, 1);

const ZERO = 48;
const COLON = 58;
const POINT = 46;
const MINUS = 45;
const UPPER_T = 84;
const UPPER_Z = 90;

/**
 * Milliseconds since 1970 of an RFC 3339 time in any of its forms; null for anything else, for a day that does not
 * exist, and for years outside 1000-9999, where it is written or in UTC. Digits below milliseconds are cut; an hour of one digit is accepted, as in Go.
 */
export function parseInstant(text: string): number | null {
  if (text.length === 20 && text.charCodeAt(19) === UPPER_Z) return utcSecondOf(text);
  if (text.length === 24 && text.charCodeAt(19) === POINT && text.charCodeAt(23) === UPPER_Z) return utcMillisOf(text);
  return anyInstantOf(text);
}

/** `2006-01-02T15:04:05.678Z`, as Flowlord's own workers write it. */
function utcMillisOf(text: string): number | null {
  const millis = digits(text, 20) * 10 + text.charCodeAt(22) - ZERO;
  const isPlain = millis >= 0 && millis <= 999 && text.charCodeAt(22) >= ZERO && text.charCodeAt(22) <= ZERO + 9;
  const second = isPlain ? utcSecondOf(text) : null;
  return second === null ? anyInstantOf(text) : Math.floor(second / 1000) * 1000 + millis;
}

/** The form that Flowlord and most workers write, `2006-01-02T15:04:05Z`, parsed without a regular expression: there are three in a message. */
function utcSecondOf(text: string): number | null {
  const [year, month, day] = [digits(text, 0) * 100 + digits(text, 2), digits(text, 5), digits(text, 8)];
  const [hour, minute, second] = [digits(text, 11), digits(text, 14), digits(text, 17)];
  const isPlain =
    text.charCodeAt(4) === MINUS &&
    text.charCodeAt(7) === MINUS &&
    text.charCodeAt(10) === UPPER_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    // Days that every month has; NaN (not a digit) is out of every range.
    year >= 1000 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59;
  return isPlain ? Date.UTC(year, month - 1, day, hour, minute, second) : anyInstantOf(text);
}

/** The number of two digits; NaN when one is not a digit. */
function digits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - ZERO, text.charCodeAt(at + 1) - ZERO];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function anyInstantOf(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = match;
  if (Number(year) < 1000 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (Number(zoneHour ?? 0) > 24 || Number(zoneMinute ?? 0) > 60) return null;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return null;
  const millis = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  const offset = sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute));
  const instant = midnight + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000 + millis;
  return instant >= FIRST_YEAR && instant < END_OF_YEARS ? instant : null;
}

/** As Flowlord's own workers report, UTC: `2006-01-02T15:04:05.678Z`, without the milliseconds where there are none. */
export function millisText(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

let lastSecond = Number.NaN;
let lastText = "";

/** To the second, UTC, as Flowlord writes times on the bus: `2006-01-02T15:04:05Z`. */
export function secondsText(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    // First the text: for a number that is no time this throws, and the next caller must not get another's text.
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}
