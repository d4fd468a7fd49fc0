import { wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { CronError, parseCron, type CronSchedule } from "./cron.ts";
import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { wallAt } from "../time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";

/** When a zone's clocks jump, milliseconds since 1970 (UTC), and by how much. */
export interface ClockChange {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

const SEARCH_AHEAD = 400 * DAY;

/** The changes of a zone's offset in the 13 months after `now`, in order. */
export function clockChanges(zone: string, now: number): readonly ClockChange[] {
  const clock = zoneOf(zone);
  const changes: ClockChange[] = [];
  for (let start = now; start < now + SEARCH_AHEAD; start += DAY) {
    const before = clock.offsetAt(start);
    const after = clock.offsetAt(start + DAY);
    if (before === after) continue;
    let low = start;
    let high = start + DAY;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (middle <= low || middle >= high) break;
      if (clock.offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high, before, after });
  }
  return changes;
}

export interface ClockEffect {
  /** `lost`: the clocks show it, but the schedule goes on at half past after a change by half an hour, and misses it. */
  readonly kind: "skipped" | "doubled" | "lost";
  readonly change: ClockChange;
  /** Wall time of the tick concerned, as if UTC. */
  readonly wall: WallMs;
}

/**
 * The first tick that a clock change skips or repeats. A schedule that ticks at least as often as the clock jumps (each
 * hour, each minute) is meant to follow real time and is not reported.
 */
export function clockEffect(schedule: CronSchedule, changes: readonly ClockChange[]): ClockEffect | null {
  if (schedule.every !== null || changes.length === 0) return null;
  const asWritten = parseCron(withoutZone(schedule.text), "UTC");
  if (asWritten instanceof CronError) return null;
  const whole = parseCron(schedule.text, schedule.zone, true);
  for (const change of changes) {
    const jump = change.after - change.before;
    // The range of wall time that is skipped, or shown twice.
    const from = change.at + Math.min(change.before, change.after);
    const to = change.at + Math.max(change.before, change.after);
    const lost = jump % HOUR === 0 || whole instanceof CronError ? null : lostTick(schedule, whole, change);
    if (lost !== null) return { kind: "lost", change, wall: lost };
    const wall = asWritten.next(from - 1);
    if (wall === null || wall >= to || isFrequent(asWritten, from, to)) continue;
    const fired = ticksBetween(schedule, change.at - Math.abs(jump) - 1, change.at + Math.abs(jump));
    const shown = fired.filter((at) => at + zoneOf(schedule.zone).offsetAt(at) === wall).length;
    if (jump > 0 && shown === 0 && !fired.includes(change.at)) return { kind: "skipped", change, wall: wallOf(wall) };
    if (jump < 0 && shown > 1) return { kind: "doubled", change, wall: wallOf(wall) };
  }
  return null;
}

/** The first tick of that day that only `whole` has, which loses none. */
function lostTick(schedule: CronSchedule, whole: CronSchedule, change: ClockChange): WallMs | null {
  const fired = new Set(ticksBetween(schedule, change.at, change.at + DAY));
  const at = ticksBetween(whole, change.at, change.at + DAY).find((tick) => !fired.has(tick));
  return at === undefined ? null : wallAt(at, zoneOf(schedule.zone));
}

/** Whether it also ticks in the hour (or the length of the jump) before and after. */
function isFrequent(asWritten: CronSchedule, from: number, to: number): boolean {
  const length = Math.max(to - from, HOUR);
  const earlier = asWritten.next(from - length - 1);
  const later = asWritten.next(to - 1);
  return earlier !== null && earlier < from && later !== null && later < to + length;
}

function ticksBetween(schedule: CronSchedule, after: number, until: number): readonly number[] {
  const ticks: number[] = [];
  for (let at = schedule.next(after); at !== null && at < until && ticks.length < 1000; at = schedule.next(at))
    ticks.push(at);
  return ticks;
}

function withoutZone(text: string): string {
  return text.replace(/^(?:CRON_)?TZ=\S*\s+/, "");
}
