import { DAY } from "../../contract/time/time-units.ts";
import type { WallTime } from "./wall-time.ts";
import { dateOf, daysOf } from "./civil-date.ts";
import { ZONE_ALIASES } from "./zone-aliases.ts";

/** A time zone. A "wall" number is the milliseconds that UTC would have when its clocks show what the zone's show. */
export interface Zone {
  readonly name: string;
  /** Milliseconds that the zone's clocks are ahead of UTC at this instant (milliseconds since 1970). */
  offsetAt(ms: number): number;
}

export class ZoneError extends Error {
  readonly code = "zone_unknown";

  constructor(name: string) {
    super(
      `time zone "${name}" is not known; write a name of the IANA time zone database exactly as written there, like "Europe/Berlin"`,
    );
    this.name = "ZoneError";
  }
}

/** Whether this is a zone's name in the IANA database, letter case included. */
export function isZone(name: string): boolean {
  return namedZone(name) !== null;
}

/** A zone by its name, or by a fixed offset like `+05:30`. Throws ZoneError when it is neither. */
export function zoneOf(name: string): Zone {
  const zone = namedZone(name) ?? fixedZone(name);
  if (zone === null) throw new ZoneError(name);
  return zone;
}

/** What the zone's clocks show. */
export function wallTime(ms: number, zone: string): WallTime {
  const wall = ms + zoneOf(zone).offsetAt(ms);
  const days = Math.floor(wall / DAY);
  const second = Math.floor((wall - days * DAY) / 1000);
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
  };
}

/** The instant (milliseconds since 1970) at which the zone's clocks show this; parts outside their range carry over. */
export function instantOfWallTime(parts: WallTime, zone: string): number {
  const seconds = parts.hour * 3600 + parts.minute * 60 + parts.second;
  return fromWall(daysOf(parts.year, parts.month, parts.day) * DAY + seconds * 1000, zoneOf(zone));
}

/**
 * The instant of a wall number, as Go's `time.Date` chooses it: the offset in force is guessed by reading the wall
 * number as UTC and corrected once. For a doubled hour that gives either one, for a skipped hour an instant
 * before or after the gap, depending on which side of UTC the zone is; schedules rely on it.
 */
export function fromWall(wall: number, zone: Zone): number {
  return wall - zone.offsetAt(wall - zone.offsetAt(wall));
}

const UTC: Zone = { name: "UTC", offsetAt: () => 0 };

/** Null is cached too, so that a bad name throws only once. It holds only names of the database, and few bad ones. */
const zones = new Map<string, Zone | null>([["UTC", UTC]]);
const MAX_CACHED_ZONES = 2000;

function namedZone(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (zones.size >= MAX_CACHED_ZONES) zones.clear();
  const zone = /^[A-Z][\w+/-]*$/.test(name) && !name.startsWith("SystemV/") ? openZone(name) : null;
  zones.set(name, zone);
  return zone;
}

function openZone(name: string): Zone | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  const resolved = format.resolvedOptions().timeZone;
  if (resolved !== name && !ZONE_ALIASES.has(name)) return null;
  return resolved === "UTC" ? UTC : new IntlZone(name, format);
}

function fixedZone(name: string): Zone | null {
  const match = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name);
  if (match === null) return null;
  const offset = 1000 * (Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0));
  const signed = match[1] === "-" ? -offset : offset;
  return { name, offsetAt: () => signed };
}

/** A range of time with at most one change of offset. */
interface OffsetRange {
  readonly start: number;
  readonly end: number;
  readonly before: number;
  /** First instant of `after`; `end` when the offset does not change. */
  readonly changeAt: number;
  readonly after: number;
}

/** 6.2 days: no zone has changed its offset twice so fast (Noronha changed back after 7 days in 2000). */
const RANGE_MS = 2 ** 29;
const MAX_CACHED_RANGES = 4096;
const MAX_DATE_MS = 8.64e15;

/** Calls Intl (about a microsecond a call) only for the ends of each range, and bisects for a change inside it. */
class IntlZone implements Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #ranges = new Map<number, OffsetRange>();
  #last: OffsetRange = { start: 0, end: 0, before: 0, changeAt: 0, after: 0 };

  constructor(name: string, format: Intl.DateTimeFormat) {
    this.name = name;
    this.#format = format;
  }

  offsetAt(ms: number): number {
    let range = this.#last;
    if (ms < range.start || ms >= range.end) {
      range = this.#rangeOf(Math.floor(ms / RANGE_MS));
      this.#last = range;
    }
    return ms < range.changeAt ? range.before : range.after;
  }

  #rangeOf(index: number): OffsetRange {
    const known = this.#ranges.get(index);
    if (known !== undefined) return known;
    if (this.#ranges.size >= MAX_CACHED_RANGES) this.#ranges.clear();
    const start = index * RANGE_MS;
    const end = start + RANGE_MS;
    const before = this.#read(start);
    const after = this.#read(end);
    const range = {
      start,
      end,
      before,
      changeAt: before === after ? end : this.#changeIn(start, end, before),
      after,
    };
    this.#ranges.set(index, range);
    return range;
  }

  /** Changes happen at full seconds. */
  #changeIn(start: number, end: number, before: number): number {
    let low = Math.floor(start / 1000);
    let high = Math.ceil(end / 1000);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#read(middle * 1000) === before) low = middle;
      else high = middle;
    }
    return high * 1000;
  }

  #read(ms: number): number {
    const text = this.#format.format(Math.max(-MAX_DATE_MS, Math.min(MAX_DATE_MS, ms)));
    const match = /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(text);
    if (match === null) throw new Error(`the runtime writes no offset for ${this.name}: "${text}"`);
    const seconds = Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
    return (match[1] === "-" ? -1000 : 1000) * seconds;
  }
}
