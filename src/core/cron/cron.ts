import { CronError, type CronFields, parseFields } from "./cron-field.ts";
import { nextMatch } from "./cron-next.ts";
import { parseDuration, parseLongDuration } from "../time/duration.ts";
import { isZone, zoneOf } from "../time/zone.ts";

export { CronError } from "./cron-field.ts";

export interface CronSchedule {
  /** As written. */
  readonly text: string;
  /** Zone whose clocks the fields are read on. */
  readonly zone: string;
  /** Of `@every`: milliseconds from one tick to the next, counted from the last one. Null for fields. */
  readonly every: number | null;
  /** Null of `@every`. */
  readonly fields: CronFields | null;
  /**
   * The first moment strictly after this one, both in milliseconds since 1970; null when none comes within five
   * calendar years.
   */
  next(after: number): number | null;
}

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 0 1 1 *"],
  ["@annually", "0 0 0 1 1 *"],
  ["@monthly", "0 0 0 1 * *"],
  ["@weekly", "0 0 0 * * 0"],
  ["@daily", "0 0 0 * * *"],
  ["@midnight", "0 0 0 * * *"],
  ["@hourly", "0 0 * * * *"],
]);
const EVERY = "@every ";
/** The spaces of Go's strings package; `\s` has U+FEFF and lacks U+0085. */
const SPACE = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACES = new RegExp(`${SPACE}+`);
const OUTER_SPACES = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

/**
 * Reads a cron expression as robfig/cron v3 does: five fields or six with seconds first, a descriptor, `@every`, each with
 * an optional `TZ=` or `CRON_TZ=` before it that wins over `zone` (an IANA name). `keepsHours`: unlike there, no tick is lost on a day
 * whose clocks change by half an hour.
 */
export function parseCron(expr: string, zone: string, keepsHours = false): CronSchedule | CronError {
  try {
    return readCron(expr, zone, keepsHours);
  } catch (error) {
    if (error instanceof CronError) return new CronError(error.code, `cron "${expr}": ${error.message}`);
    throw error;
  }
}

function readCron(expr: string, defaultZone: string, keepsHours: boolean): CronSchedule {
  if (expr === "") throw new CronError("cron_empty", "the expression is empty; write five fields, like 0 * * * *");
  const { zone, rest } = splitZone(expr, defaultZone);
  if (rest.startsWith(EVERY)) return everySchedule(expr, zone, rest.slice(EVERY.length));
  if (rest.startsWith("@")) {
    const fields = DESCRIPTORS.get(rest);
    if (fields === undefined) {
      const known = [...DESCRIPTORS.keys()].join(", ");
      throw new CronError("cron_descriptor", `"${rest}" is not known; write one of ${known}, or @every 5m`);
    }
    return fieldSchedule(expr, zone, fields.split(" "), keepsHours);
  }
  return fieldSchedule(
    expr,
    zone,
    rest.split(SPACES).filter((field) => field !== ""),
    keepsHours,
  );
}

function splitZone(expr: string, defaultZone: string): { readonly zone: string; readonly rest: string } {
  if (!expr.startsWith("TZ=") && !expr.startsWith("CRON_TZ=")) return { zone: defaultZone, rest: expr };
  const space = expr.indexOf(" ");
  if (space < 0) throw new CronError("cron_field_count", "there are no fields after the zone");
  const name = expr.slice(expr.indexOf("=") + 1, space);
  const rest = expr.slice(space).replace(OUTER_SPACES, "");
  // Go's names for "no zone" and "the process's zone".
  if (name === "") return { zone: "UTC", rest };
  if (name === "Local") return { zone: defaultZone, rest };
  if (!isZone(name)) {
    throw new CronError(
      "cron_zone",
      `time zone "${name}" is not known; write an IANA name, like CRON_TZ=Europe/Berlin`,
    );
  }
  return { zone: name, rest };
}

function everySchedule(text: string, zone: string, durationText: string): CronSchedule {
  const ns = parseDuration(durationText);
  if (ns === null) {
    throw new CronError("cron_duration", `"${durationText}" is not a duration; write ${everyInstead(durationText)}`);
  }
  const seconds = Number(ns / 1_000_000_000n);
  const every = Math.max(1, seconds) * 1000;
  return { text, zone, every, fields: null, next: (after) => Math.floor(after / 1000) * 1000 + every };
}

/** The older program knew no days here, so they stay refused. */
function everyInstead(text: string): string {
  const ns = parseLongDuration(text);
  if (ns === null) return "one like @every 1h30m";
  if (ns === "months") return "a cron, like 0 0 1 * * for each month";
  return `hours, like @every ${ns / 3_600_000_000_000n}h, or a cron, which keeps the time of day when clocks change`;
}

function fieldSchedule(text: string, zone: string, written: readonly string[], keepsHours: boolean): CronSchedule {
  const [a, b, c, d, e, f, ...more] = written.length === 5 ? ["0", ...written] : written;
  if (
    a === undefined ||
    b === undefined ||
    c === undefined ||
    d === undefined ||
    e === undefined ||
    f === undefined ||
    more.length > 0
  ) {
    throw new CronError(
      "cron_field_count",
      `there are ${written.length} fields; write five, or six with seconds first`,
    );
  }
  const fields = parseFields([a, b, c, d, e, f]);
  const clock = zoneOf(zone);
  return { text, zone, every: null, fields, next: (after) => nextMatch(fields, clock, after, keepsHours) };
}
