import { DAY, HOUR, MINUTE, SECOND } from "../../contract/time/time-units.ts";
import { dateOf, daysOf } from "../time/civil-date.ts";
import { allowsDay, type CronFields } from "./cron-field.ts";
import { fromWall } from "../time/zone.ts";
import type { Zone } from "../time/zone.ts";

const QUARTER_MS = 900_000;
const YEARS_AHEAD = 5;

/**
 * The first moment after `after` (milliseconds since 1970) that the fields allow in this zone; null when none comes
 * within five calendar years. `keepsHours`: where clocks change by half an hour no full hour after it is missed that day; robfig/cron
 * goes on at half past and misses them.
 */
export function nextMatch(fields: CronFields, zone: Zone, after: number, keepsHours: boolean): number | null {
  let found = new Search(fields, zone, after, keepsHours).run();
  // Where midnight is shown twice, the walk can end at the first one although we are past it. Then start it later.
  for (let quarter = Math.floor(after / QUARTER_MS); found !== null && found <= after;) {
    quarter++;
    found = new Search(fields, zone, quarter * QUARTER_MS - 1, keepsHours).run();
  }
  return found;
}

/**
 * Moves to the next match field by field, from the month down, and starts over whenever a field carries into the one
 * above it. Hours, minutes and seconds move in real time; months and days move on the wall, where a clock change can bend
 * them. Users rely on where exactly this ends around a clock change (robfig/cron v3 does the same), so
 * the order of the steps, and when the smaller fields are cut, must not change.
 */
class Search {
  readonly #fields: CronFields;
  readonly #zone: Zone;
  readonly #keepsHours: boolean;
  #at: number;
  /** Whether the fields below the one that moved are at their start already. */
  #cut = false;

  constructor(fields: CronFields, zone: Zone, after: number, keepsHours: boolean) {
    this.#fields = fields;
    this.#zone = zone;
    this.#keepsHours = keepsHours;
    this.#at = Math.floor(after / SECOND) * SECOND + SECOND;
  }

  run(): number | null {
    const lastYear = dateOf(this.#day()).year + YEARS_AHEAD;
    while (dateOf(this.#day()).year <= lastYear) {
      if (this.#toMonth() && this.#toDay() && this.#toHour() && this.#toMinute() && this.#toSecond()) return this.#at;
    }
    return null;
  }

  /** Each of these is false when its field ran over into the next larger one. */
  #toMonth(): boolean {
    let { year, month, day } = dateOf(this.#day());
    while (this.#fields.month[month] === 0) {
      if (!this.#cut) {
        this.#cut = true;
        this.#at = fromWall(daysOf(year, month, 1) * DAY, this.#zone);
        ({ year, month, day } = dateOf(this.#day()));
      }
      const wall = this.#wall();
      const timeOfDay = wall - Math.floor(wall / DAY) * DAY;
      this.#at = fromWall(daysOf(year, month + 1, day) * DAY + timeOfDay, this.#zone);
      ({ year, month, day } = dateOf(this.#day()));
      if (month === 1) return false;
    }
    return true;
  }

  #toDay(): boolean {
    let days = this.#day();
    let dayOfMonth = dateOf(days).day;
    while (!allowsDay(this.#fields, days, dayOfMonth)) {
      if (!this.#cut) {
        this.#cut = true;
        this.#at = fromWall(days * DAY, this.#zone);
      }
      const from = this.#at;
      this.#addDays(1);
      if (this.#at <= from) {
        // The zone skipped the complete day (it moved over the date line), so its midnight is where we are already.
        this.#at = from;
        this.#addDays(2);
        return false;
      }
      days = this.#day();
      dayOfMonth = dateOf(days).day;
      if (dayOfMonth === 1) return false;
    }
    return true;
  }

  #toHour(): boolean {
    let hour = this.#hour();
    while (this.#fields.hour[hour] === 0) {
      if (!this.#cut) {
        this.#cut = true;
        this.#at = fromWall(this.#day() * DAY + hour * HOUR, this.#zone);
      }
      this.#at += this.#keepsHours ? HOUR - modulo(this.#wall(), HOUR) : HOUR;
      hour = this.#hour();
      if (hour === 0) return false;
    }
    return true;
  }

  #toMinute(): boolean {
    let minute = this.#minute();
    while (this.#fields.minute[minute] === 0) {
      if (!this.#cut) {
        this.#cut = true;
        this.#at = Math.floor(this.#at / MINUTE) * MINUTE;
      }
      this.#at += MINUTE;
      minute = this.#minute();
      if (minute === 0) return false;
    }
    return true;
  }

  #toSecond(): boolean {
    let second = this.#second();
    while (this.#fields.second[second] === 0) {
      this.#cut = true;
      this.#at += SECOND;
      second = this.#second();
      if (second === 0) return false;
    }
    return true;
  }

  /** To the same wall time some days later, then to midnight when a clock change moved us off it. */
  #addDays(days: number): void {
    this.#at = fromWall(this.#wall() + days * DAY, this.#zone);
    const hour = this.#hour();
    if (hour > 12) this.#at += (24 - hour) * HOUR;
    else this.#at -= hour * HOUR;
  }

  #wall(): number {
    return this.#at + this.#zone.offsetAt(this.#at);
  }

  #day(): number {
    return Math.floor(this.#wall() / DAY);
  }

  #hour(): number {
    return modulo(Math.floor(this.#wall() / HOUR), 24);
  }

  #minute(): number {
    return modulo(Math.floor(this.#wall() / MINUTE), 60);
  }

  #second(): number {
    return modulo(Math.floor(this.#wall() / SECOND), 60);
  }
}

function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest;
}
