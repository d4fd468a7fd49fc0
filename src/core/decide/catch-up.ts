import { DAY, MINUTE } from "../../contract/time/time-units.ts";
import type { CronSchedule } from "../cron/cron.ts";
import type { CatchUp } from "../workflow/phase.ts";

/** A tick later than this was missed: the process was down, or its clock jumped forward. */
export const LATE_AFTER_MS = MINUTE;

export interface CatchUpPolicy {
  readonly catchUp: CatchUp;
  /** How far back missed ticks are caught up, milliseconds. */
  readonly window: number;
  /** Ticks up to this late, in milliseconds, fire whatever the policy says. */
  readonly lateAfter: number;
}

export interface DueTicks {
  /** Moments to fire, oldest first; more may be due when there are as many as the limit. */
  readonly fire: readonly number[];
  /** Missed ticks that are not caught up. */
  readonly passed: PassedTicks | null;
}

export interface PassedTicks {
  readonly count: number;
  /** True when there are more than `count`: counting stopped. */
  readonly more: boolean;
  readonly first: number;
  readonly last: number;
}

/** A schedule of every second has over a million ticks in twelve days; an exact count is of no use. */
const MAX_COUNT = 10_000;

/**
 * What is due after `cursor` (the last moment that was decided) up to `now`, all in milliseconds since 1970. The caller
 * moves the cursor to the last moment of the result. When the clock is set back, nothing is due until it passes the cursor.
 */
export function dueTicks(
  schedule: CronSchedule,
  cursor: number,
  now: number,
  policy: CatchUpPolicy,
  limit: number,
): DueTicks {
  const first = schedule.next(cursor);
  if (first === null || first > now) return { fire: [], passed: null };
  const onTime = now - policy.lateAfter;
  const passed = first < onTime ? passedTicks(schedule, first, onTime, now, policy) : null;
  const fire: number[] = [];
  let tick = passed === null ? first : schedule.next(passed.last);
  while (tick !== null && tick <= now && fire.length < limit) {
    fire.push(tick);
    tick = schedule.next(tick);
  }
  return { fire, passed };
}

function passedTicks(
  schedule: CronSchedule,
  first: number,
  onTime: number,
  now: number,
  policy: CatchUpPolicy,
): PassedTicks | null {
  if (policy.catchUp === "none") return ticksBefore(schedule, first, onTime);
  const oldest = Math.min(onTime, now - policy.window);
  if (policy.catchUp === "all") return ticksBefore(schedule, first, oldest);
  const missed = ticksBefore(schedule, first, onTime);
  if (missed === null || missed.last < oldest) return missed;
  return ticksBefore(schedule, first, missed.last);
}

/** The last tick before `tick`, which is one itself; null when there was none for years. */
export function previousTick(schedule: CronSchedule, tick: number): number | null {
  if (schedule.every !== null) return tick - schedule.every;
  for (let back = MINUTE; back < 4000 * DAY; back *= 8) {
    const earlier = schedule.next(tick - back - 1);
    if (earlier !== null && earlier < tick) return lastBefore(schedule, earlier, tick);
  }
  return null;
}

/** The ticks from `first` on that come before `end`. */
function ticksBefore(schedule: CronSchedule, first: number, end: number): PassedTicks | null {
  if (first >= end) return null;
  let last = first;
  for (let count = 1; count <= MAX_COUNT; count++) {
    const next = schedule.next(last);
    if (next === null || next >= end) return { count, more: false, first, last };
    last = next;
  }
  return { count: MAX_COUNT, more: true, first, last: lastBefore(schedule, last, end) };
}

/** The last tick before `end`, where `tick` is one; found by bisection. */
function lastBefore(schedule: CronSchedule, tick: number, end: number): number {
  if (schedule.every !== null) return tick + Math.floor((end - 1 - tick) / schedule.every) * schedule.every;
  let last = tick;
  let high = end - 1;
  while (high > last) {
    const middle = last + Math.floor((high - last) / 2);
    const next = schedule.next(middle);
    if (next !== null && next < end) last = next;
    else high = middle;
  }
  return last;
}
