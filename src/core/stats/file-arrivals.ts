import { type Zone, zoneOf } from "../time/zone.ts";
import { instantOnWall, isoOfWall, wallAt } from "../time/wall-ms.ts";
import { type WallMs, digitsOf, wallOf } from "../../contract/time/wall-ms.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { median } from "./median.ts";

const LONGEST_MONTH = 31 * DAY;
const SHORTEST_MONTH = 28 * DAY;
/** How many of the last arrivals are used, and how many are needed to say anything. */
const ROLLING = 30;
const MIN_INTERVALS = 3;
/** How many missing task times are reported, the newest of them. */
export const MAX_GAPS = 50;

/** When the first file of a task time arrived. */
export interface Arrival {
  readonly taskTime: WallMs;
  readonly receivedAt: number;
}

/** From one task time to the next: a number of milliseconds, or a month. */
export type Step = { readonly ms: number } | "month";

export interface ArrivalStats {
  /** Rolling median of receipt minus task time, in milliseconds; null with fewer than three arrivals. */
  readonly usualDelay: number | null;
  /** The longest of the same arrivals. */
  readonly longestDelay: number | null;
  /** Null when less than half of the task times follow one step. */
  readonly step: Step | null;
  /** Task times without a file, oldest first: gaps between others, and those after the last that are later than ever. */
  readonly gaps: readonly WallMs[];
  /** There are older gaps that are not reported. */
  readonly moreGaps: boolean;
}

/**
 * When files of a phase usually arrive, and which are missing at `now`. Arrivals in any order, each task time once; `zone` is
 * that of the clocks which their task times show.
 */
export function arrivalStats(arrivals: readonly Arrival[], now: number, zone: Zone): ArrivalStats {
  const sorted = arrivals.toSorted((a, b) => digitsOf(a.taskTime) - digitsOf(b.taskTime));
  const delays = sorted
    .slice(-ROLLING)
    .map((one) => one.receivedAt - instantOnWall(one.taskTime, zone))
    .toSorted((a, b) => a - b);
  const times = sorted.map((one) => digitsOf(one.taskTime));
  const step = usualStep(times);
  const longestDelay = delays.at(-1) ?? null;
  const gaps =
    step === null || longestDelay === null ? [] : missingTimes(times, step, digitsOf(wallAt(now - longestDelay, zone)));
  return {
    usualDelay: delays.length < MIN_INTERVALS ? null : median(delays),
    longestDelay,
    step,
    gaps: gaps.slice(-MAX_GAPS).map(wallOf),
    moreGaps: gaps.length > MAX_GAPS,
  };
}

/** The step that at least half of them follow. `times` in order. */
function usualStep(times: readonly number[]): Step | null {
  if (times.length < MIN_INTERVALS) return null;
  const counts = new Map<number, number>();
  let months = 0;
  for (const [index, time] of times.entries()) {
    const before = times[index - 1];
    if (before === undefined || before === time) continue;
    const ms = time - before;
    if (ms >= SHORTEST_MONTH && ms <= LONGEST_MONTH && nextMonth(before) === time) months += 1;
    counts.set(ms, (counts.get(ms) ?? 0) + 1);
  }
  const half = (times.length - 1) / 2;
  if (months > 0 && months >= half) return "month";
  let usual: { ms: number; count: number } | null = null;
  for (const [ms, count] of counts) {
    if (usual === null || count > usual.count || (count === usual.count && ms < usual.ms)) usual = { ms, count };
  }
  return usual !== null && usual.count >= half ? { ms: usual.ms } : null;
}

function nextMonth(time: number): number {
  return new Date(time).setUTCMonth(new Date(time).getUTCMonth() + 1);
}

/**
 * Times at the step between the known ones, which are in order, and after the last of them before `until`: those at which
 * files usually come.
 */
export function missingTimes(times: readonly number[], step: Step, until: number): number[] {
  const isExpected = habit(times, step);
  const missing: number[] = [];
  for (const [index, time] of times.entries()) {
    const end = times[index + 1] ?? until;
    let next = after(time, step);
    // Years between two of them are not a gap, but another series.
    for (let count = 0; next < end && count < 10_000; count++) {
      if (isExpected(next)) missing.push(next);
      next = after(next, step);
    }
  }
  return missing;
}

function after(time: number, step: Step): number {
  return step === "month" ? nextMonth(time) : time + step.ms;
}

/** Weekdays and hours at which none ever came are not expected: nights, and weekends. */
function habit(times: readonly number[], step: Step): (time: number) => boolean {
  if (step === "month" || step.ms > DAY) return () => true;
  const days = new Set(times.map((time) => new Date(time).getUTCDay()));
  const hours = new Set(times.map((time) => time % DAY));
  return (time) => days.has(new Date(time).getUTCDay()) && (step.ms === DAY || hours.has(time % DAY));
}

/** The arrivals of a phase, as the database has them. */
interface PhaseArrivals {
  /** No longer in a workflow. */
  readonly removed: boolean;
  /** IANA; null: not known. */
  readonly task_zone: string | null;
  /** The newest task time first. */
  readonly arrivals: readonly { readonly task_time: WallMs; readonly received_at: number }[];
}

/** When files of a phase usually come, and which are missing; in the spelling of the JSON. Task times are RFC 3339. */
export interface UsualArrivals {
  readonly last_task_time: string | null;
  readonly usual_delay_ms: number | null;
  readonly longest_delay_ms: number | null;
  readonly step: Step | null;
  readonly gaps: readonly string[];
  readonly more_gaps: boolean;
}

/** `zone` (IANA): of a phase whose own is not known. A removed phase has no missing files. */
export function fileArrivals<P extends PhaseArrivals>(
  { arrivals, ...phase }: P,
  now: number,
  zone: string,
): Omit<P, "arrivals"> & UsualArrivals {
  const { removed, task_zone: own } = phase;
  const clocks = zoneOf(own ?? zone);
  const all = arrivals.map((one) => ({ taskTime: one.task_time, receivedAt: one.received_at }));
  const { usualDelay, longestDelay, step, gaps, moreGaps } = arrivalStats(all, now, clocks);
  const [newest] = arrivals;
  return {
    ...phase,
    last_task_time: newest === undefined ? null : isoOfWall(newest.task_time, clocks),
    usual_delay_ms: usualDelay,
    longest_delay_ms: longestDelay,
    step,
    gaps: removed ? [] : gaps.map((gap) => isoOfWall(gap, clocks)),
    more_gaps: !removed && moreGaps,
  };
}
