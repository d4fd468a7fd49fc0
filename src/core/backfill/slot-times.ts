import { digitsOf } from "../../contract/time/wall-ms.ts";
import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { stepOf } from "../decide/batch.ts";
import { addToWall, isCalendar, type CalendarSpan } from "../time/calendar-span.ts";
import { instantOnWall, wallAt } from "../time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";
import { aboutOf, tickNear } from "../workflow/offset.ts";
import type { Phase } from "../workflow/phase.ts";

/** The moments of a backfill, milliseconds since 1970, both ends included; `first` is not after `last`. */
export interface SlotSpan {
  readonly first: number;
  readonly last: number;
  /** `hour`, `day`, `week`, `month` or the same with `ly`; anything else steps by day. */
  readonly by: string;
  /** Zone of the steps. */
  readonly zone: string;
  readonly order: SlotOrder;
}

export type SlotOrder = "oldest" | "newest";

/** The moments in their order, from the one after `cursor` on (null: all). None is kept: a span may have millions. */
export type SlotTimes = (cursor: number | null) => Iterable<number>;

/** The moments of a span that steps on the calendar of its zone, or by the hour in real time; counted from its older end. */
export function steppedTimes(span: SlotSpan): SlotTimes {
  const { first, order } = span;
  const at = momentOf(span);
  const count = countSteps(span, at);
  return function* (cursor) {
    if (order === "oldest") {
      const begin = cursor === null ? 0 : firstIndex(count, (index) => at(index) > cursor);
      for (let index = begin; index < count; index++) if (!isRepeated(index, first, at)) yield at(index);
    } else {
      const end = cursor === null ? count : firstIndex(count, (index) => at(index) >= cursor);
      for (let index = end - 1; index >= 0; index--) if (!isRepeated(index, first, at)) yield at(index);
    }
  };
}

/** How many moments `steppedTimes` has, give or take days that the zone skipped. */
export function countSteps(span: SlotSpan, at: (index: number) => number = momentOf(span)): number {
  const { first, last, by } = span;
  const step = stepOf(by);
  const shortest = step === null ? HOUR : step.months > 0 ? 28 * DAY * step.months : step.days * DAY;
  const most = Math.floor((last - first) / shortest) + 3;
  if (step === null) return Math.floor((last - first) / HOUR) + 1;
  const zone = zoneOf(span.zone);
  const from = wallAt(first, zone);
  const end = digitsOf(wallAt(last, zone));
  // Neither a day of 25 hours nor one that the zone skipped takes a step away.
  return firstIndex(most, (index) => digitsOf(addToWall(from, times(step, index))) > end && at(index) > last);
}

function momentOf({ first, by, zone: name }: SlotSpan): (index: number) => number {
  const step = stepOf(by);
  if (step === null) return (index) => first + index * HOUR;
  const zone = zoneOf(name);
  const from = wallAt(first, zone);
  return (index) => (index === 0 ? first : instantOnWall(addToWall(from, times(step, index)), zone));
}

/** A day that the zone skipped is shown as the next one. */
function isRepeated(index: number, first: number, at: (index: number) => number): boolean {
  return index > 0 && (at(index) === at(index - 1) || at(index) === first);
}

function times({ months, days }: CalendarSpan, count: number): CalendarSpan {
  return { months: months * count, days: days * count };
}

/** The first index below `end` that matches, when all after it match too; otherwise `end`. */
function firstIndex(end: number, matches: (index: number) => boolean): number {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (matches(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What the ticks of a phase are about, from `first` to `last`. `zone` is that of phases that name none. */
export function scheduledTimes(phase: Phase, { first, last, order }: SlotSpan, zone: string): SlotTimes {
  const { cron, offsetNs, offsetDays } = phase.rule;
  if (cron === null) return () => [];
  const hasOffset = offsetNs !== 0n || isCalendar(offsetDays);
  // An offset in months can be off by the days that months differ by.
  const margin = !hasOffset ? 0 : offsetDays.months === 0 ? DAY : 4 * DAY;
  const tickOf = (about: number): number => (hasOffset ? tickNear(phase, about, zone) : about);

  function* between(from: number, until: number): Iterable<number> {
    for (let tick = cron?.next(tickOf(from) - margin - 1) ?? null; tick !== null; tick = cron?.next(tick) ?? null) {
      if (tick > tickOf(until) + margin) return;
      const about = aboutOf(phase, tick, zone);
      if (about >= from && about <= until) yield about;
    }
  }
  return function* (cursor) {
    if (order === "oldest") {
      yield* between(cursor === null ? first : cursor + 1, last);
      return;
    }
    // A schedule is read forwards only: a day after the other, each turned around.
    for (let until = cursor === null ? last : cursor - 1; until >= first; until -= DAY) {
      const day = [...between(Math.max(first, until - DAY + 1), until)];
      yield* day.toReversed();
    }
  };
}
