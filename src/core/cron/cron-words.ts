import { phrases } from "../why/phrases.ts";

const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SHORT_DAYS = DAYS.map((day) => day.slice(0, 3).toLowerCase());
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const SHORT_MONTHS = MONTHS.map((month) => month.slice(0, 3).toLowerCase());
/** Times of a day that are named one by one. */
const MAX_TIMES = 4;

/** `every day at 05:00`, `every 10 minutes`: when a schedule ticks. Null: there are no few words for it. */
export function cronWords(text: string): string | null {
  const rest = text.trim().replace(/^(?:CRON_)?TZ=\S+\s+/, "");
  const every = /^@every\s+(\S+)$/.exec(rest)?.[1];
  if (every !== undefined) return `every ${every}`;
  const fields = (DESCRIPTORS[rest] ?? rest).split(/\s+/);
  const five = fields.length === 6 && fields[0] === "0" ? fields.slice(1) : fields;
  if (fields.length === 6 && five.length === 6) return secondsWords(five);
  const [minute = "", hour = "", dayOfMonth = "", month = "", weekday = ""] = five;
  if (five.length !== 5) return null;
  const days = daysWords(dayOfMonth, month, weekday);
  if (days === null) return null;
  const isDaily = days === "every day";
  const step = stepOf(minute, 60);
  if (hour === "*" && step !== null)
    return `every ${step === 1 ? "minute" : `${step} minutes`}${isDaily ? "" : ` of ${days}`}`;
  const minutes = valuesOf(minute, 59);
  if (minutes === null) return null;
  const past = minutes.join(",") === "0" ? "" : ` at ${phrases(minutes.map(String))} past`;
  const hours = hour === "*" ? 1 : stepOf(hour, 24);
  if (hours !== null) return `every ${hours === 1 ? "hour" : `${hours} hours`}${past}${isDaily ? "" : ` of ${days}`}`;
  const times = valuesOf(hour, 23)?.flatMap((h) => minutes.map((m) => `${two(h)}:${two(m)}`)) ?? [];
  return times.length === 0 || times.length > MAX_TIMES ? null : `${days} at ${phrases(times)}`;
}

function secondsWords([second = "", ...others]: readonly string[]): string | null {
  const step = stepOf(second, 60);
  if (step === null || others.some((field) => field !== "*")) return null;
  return `every ${step === 1 ? "second" : `${step} seconds`}`;
}

/** `every day`, `every Monday`, `Monday to Friday`, `on day 1 of every month`. */
function daysWords(dayOfMonth: string, month: string, weekday: string): string | null {
  const [anyDay, anyMonth, anyWeekday] = [dayOfMonth, month, weekday].map((field) => field === "*" || field === "?");
  if (anyDay && anyMonth && anyWeekday) return "every day";
  if (anyDay && anyMonth) return weekdayWords(weekday.toLowerCase());
  if (!anyWeekday) return null;
  const days = valuesOf(dayOfMonth, 31);
  if (days === null || days.includes(0)) return null;
  const on = `on day${days.length === 1 ? "" : "s"} ${phrases(days.map(String))} of`;
  if (anyMonth) return `${on} every month`;
  const months = month.split(",").map((part) => MONTHS[numberOf(part.toLowerCase(), SHORT_MONTHS, 1) - 1]);
  const named = months.filter((name) => name !== undefined);
  return named.length === months.length ? `${on} ${phrases(named)}` : null;
}

function weekdayWords(weekday: string): string | null {
  const [from, to, ...more] = weekday.split("-").map((part) => DAYS[numberOf(part, SHORT_DAYS, 0)]);
  if (more.length === 0 && from !== undefined && to !== undefined) return `${from} to ${to}`;
  const days = weekday.split(",").map((part) => DAYS[numberOf(part, SHORT_DAYS, 0)]);
  const named = days.filter((name) => name !== undefined);
  return named.length === days.length ? `every ${phrases(named)}` : null;
}

function numberOf(text: string, names: readonly string[], first: number): number {
  const at = names.indexOf(text);
  return at >= 0 ? at + first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** `*` and a step like `0/5`, where the step divides the whole: else the last one of each round is shorter. */
function stepOf(field: string, whole: number): number | null {
  if (field === "*") return 1;
  const step = Number(/^(?:\*|0)\/(\d+)$/.exec(field)?.[1] ?? 0);
  return step > 0 && whole % step === 0 ? step : null;
}

/** `5`, `0,30`. */
function valuesOf(field: string, most: number): readonly number[] | null {
  if (!/^\d{1,2}(?:,\d{1,2})*$/.test(field)) return null;
  const values = [...new Set(field.split(",").map(Number))].toSorted((a, b) => a - b);
  return values.some((value) => value > most) ? null : values;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
