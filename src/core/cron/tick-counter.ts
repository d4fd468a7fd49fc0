import { DAY, HOUR, MINUTE, SECOND } from "../../contract/time/time-units.ts";
import { dateOf } from "../time/civil-date.ts";
import { zoneOf, type Zone } from "../time/zone.ts";
import type { CronSchedule } from "./cron.ts";
import { allowsDay, type CronFields } from "./cron-field.ts";

/** So many ticks may be looked at one by one. */
export interface Budget {
  left: number;
}

/**
 * Counts the ticks of a schedule without looking at each: on a day without a change of the clocks they are those hours, minutes
 * and seconds. Only around a change it goes from tick to tick.
 */
export class TickCounter {
  readonly #schedule: CronSchedule;
  readonly #zone: Zone;
  readonly #day: TicksOfDay | null;
  readonly #began: number;
  readonly #budget: Budget;

  /** `began`: a moment from which the ticks of `@every` are counted, in both directions. */
  constructor(schedule: CronSchedule, began: number, budget: Budget) {
    this.#schedule = schedule;
    this.#zone = zoneOf(schedule.zone);
    this.#day = schedule.fields === null ? null : new TicksOfDay(schedule.fields);
    this.#began = Math.floor(began / SECOND) * SECOND;
    this.#budget = budget;
  }

  /** From `from` until before `until`, in milliseconds since 1970. Null: the budget was used up. */
  count(from: number, until: number): number | null {
    const { every } = this.#schedule;
    if (every !== null) return Math.max(0, this.#turns(until, every) - this.#turns(from, every));
    let sum = 0;
    for (const part of this.#parts(from, until)) {
      const { day, start, end, isSteady } = part;
      if (isSteady) sum += this.#day?.within(day, start, end) ?? 0;
      else
        for (const _ of this.#each(part.from, part.until)) {
          if (this.#budget.left <= 0) return null;
          sum += 1;
        }
    }
    return sum;
  }

  /** The same by the minute: `visit` hears of each that has some. False: the budget was used up. */
  minutes(from: number, until: number, visit: (minute: number, ticks: number) => void): boolean {
    const { every } = this.#schedule;
    if (every !== null) {
      for (let at = Math.floor(from / MINUTE) * MINUTE; at < until; at += MINUTE) {
        const ticks = this.count(Math.max(at, from), Math.min(at + MINUTE, until)) ?? 0;
        if (ticks > 0) visit(at, ticks);
      }
      return true;
    }
    for (const part of this.#parts(from, until)) {
      const { day, start, end, isSteady } = part;
      if (isSteady) this.#day?.minutes(day, start, end, (time, ticks) => visit(part.from + time - start, ticks));
      else
        for (const at of this.#each(part.from, part.until)) {
          if (this.#budget.left <= 0) return false;
          visit(Math.floor(at / MINUTE) * MINUTE, 1);
        }
    }
    return true;
  }

  /** How many ticks of `@every` there are before it. */
  #turns(at: number, every: number): number {
    return Math.ceil((at - this.#began) / every);
  }

  *#each(from: number, until: number): Generator<number, void, undefined> {
    for (let at = this.#schedule.next(from - 1); at !== null && at < until; at = this.#schedule.next(at)) {
      this.#budget.left -= 1;
      yield at;
    }
  }

  /** Day by day of the zone: with the times of the day by its clocks. Near a change of the clocks they are not steady. */
  *#parts(from: number, until: number): Generator<DayPart, void, undefined> {
    for (let at = from; at < until;) {
      const offset = this.#zone.offsetAt(at);
      const day = Math.floor((at + offset) / DAY);
      const next = Math.min(until, (day + 1) * DAY - offset);
      const isSteady = this.#zone.offsetAt(at - DAY) === offset && this.#zone.offsetAt(next + DAY) === offset;
      const start = at + offset - day * DAY;
      yield { day, start, end: start + next - at, from: at, until: next, isSteady };
      at = next;
    }
  }
}

interface DayPart {
  /** Since 1970-01-01. */
  readonly day: number;
  /** Milliseconds since its midnight. */
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly until: number;
  readonly isSteady: boolean;
}

/** The times of a day that a schedule allows, on a day that has all of them once. */
class TicksOfDay {
  readonly #fields: CronFields;
  /** By second of the minute, minute and hour: how many allowed ones are before it. */
  readonly #seconds: Uint8Array;
  readonly #minutes: Uint8Array;
  readonly #hours: Uint8Array;

  constructor(fields: CronFields) {
    this.#fields = fields;
    this.#seconds = before(fields.second, 60);
    this.#minutes = before(fields.minute, 60);
    this.#hours = before(fields.hour, 24);
  }

  /** From `start` until before `end`. */
  within(day: number, start: number, end: number): number {
    return this.#isAllowed(day) ? this.#before(end) - this.#before(start) : 0;
  }

  minutes(day: number, start: number, end: number, visit: (time: number, ticks: number) => void): void {
    if (!this.#isAllowed(day)) return;
    for (let time = Math.floor(start / MINUTE) * MINUTE; time < end;) {
      if (this.#fields.hour[Math.floor(time / HOUR)] === 0) {
        time = Math.floor(time / HOUR) * HOUR + HOUR;
        continue;
      }
      if (this.#fields.minute[Math.floor(time / MINUTE) % 60] === 1) {
        const ticks = this.#before(Math.min(end, time + MINUTE)) - this.#before(Math.max(start, time));
        if (ticks > 0) visit(time, ticks);
      }
      time += MINUTE;
    }
  }

  #isAllowed(day: number): boolean {
    const { month, day: dayOfMonth } = dateOf(day);
    return this.#fields.month[month] === 1 && allowsDay(this.#fields, day, dayOfMonth);
  }

  /** Before this time of the day. */
  #before(time: number): number {
    // A tick at 12:00:00.000 is before 12:00:00.001.
    const second = Math.ceil(time / SECOND);
    const [hour, minute] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
    const [aMinute, anHour] = [at(this.#seconds, 60), at(this.#minutes, 60) * at(this.#seconds, 60)];
    let sum = at(this.#hours, hour) * anHour;
    if (this.#fields.hour[hour] !== 1) return sum;
    sum += at(this.#minutes, minute) * aMinute;
    return this.#fields.minute[minute] === 1 ? sum + at(this.#seconds, second % 60) : sum;
  }
}

function before(allowed: Uint8Array, values: number): Uint8Array {
  const sums = new Uint8Array(values + 1);
  for (let value = 0; value < values; value++) sums[value + 1] = at(sums, value) + at(allowed, value);
  return sums;
}

function at(values: Uint8Array, index: number): number {
  return values[index] ?? 0;
}
