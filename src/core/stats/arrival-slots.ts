import { DAY } from "../../contract/time/time-units.ts";
import { digitsOf, wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { instantOnWall, wallAt } from "../time/wall-ms.ts";
import type { Zone } from "../time/zone.ts";
import { missingTimes, type Arrival, type Step } from "./file-arrivals.ts";

/** `missing`: later than ever. `due`: its time has come. `coming`: not yet. */
export type SlotState = "came" | "missing" | "due" | "coming";

export interface ArrivalSlot {
  readonly taskTime: WallMs;
  readonly state: SlotState;
  /** Of the first file, after the task time; null: none came. */
  readonly delayMs: number | null;
}

export interface SlotSpan {
  /** Task times from this one, and before that one. */
  readonly from: WallMs;
  readonly until: WallMs;
}

/** Whole days (`2026-01-31`), the last one included; null: as many as show a habit of this step, up to what is still to come. */
export function slotSpan(
  days: { readonly from: WallMs | null; readonly to: WallMs | null },
  step: Step | null,
  now: number,
  zone: Zone,
): SlotSpan {
  const today = Math.floor(digitsOf(wallAt(now, zone)) / DAY) * DAY;
  const usual = usualSpan(today, step);
  const until = days.to === null ? usual.until : digitsOf(days.to) + DAY;
  const length = usual.until - usual.from;
  return {
    from: days.from ?? wallOf(days.to === null ? usual.from : until - length),
    until: wallOf(until),
  };
}

/** Two weeks of hours, eight weeks of days, two years of months; the last one to its end. */
function usualSpan(today: number, step: Step | null): { readonly from: number; readonly until: number } {
  if (step === "month") {
    const year = new Date(today).getUTCFullYear();
    return { from: Date.UTC(year - 1, 0), until: Date.UTC(year + 1, 0) };
  }
  if (step === null || step.ms < DAY) return { from: today - 13 * DAY, until: today + DAY };
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY;
  return { from: monday - 7 * 7 * DAY, until: monday + 7 * DAY };
}

/**
 * The task times of a span in order: those of which a file came, and those at which the habit of `step` expects one. Later
 * than `longestDelay` a file is missing. Arrivals in any order, each task time once, also some before the span.
 */
export function arrivalSlots(
  arrivals: readonly Arrival[],
  habit: { readonly step: Step | null; readonly longestDelay: number | null },
  span: SlotSpan,
  now: number,
  zone: Zone,
): readonly ArrivalSlot[] {
  const { step, longestDelay } = habit;
  const known = arrivals.toSorted((a, b) => digitsOf(a.taskTime) - digitsOf(b.taskTime));
  const times = known.map(({ taskTime }) => digitsOf(taskTime));
  const absent = step === null ? [] : missingTimes(times, step, digitsOf(span.until));
  const came = known.map(({ taskTime, receivedAt }): ArrivalSlot => {
    return { taskTime, state: "came", delayMs: receivedAt - instantOnWall(taskTime, zone) };
  });
  const late = digitsOf(wallAt(now - Math.max(0, longestDelay ?? 0), zone));
  const shown = digitsOf(wallAt(now, zone));
  const others = absent.map((time): ArrivalSlot => {
    const state = time < late ? "missing" : time <= shown ? "due" : "coming";
    return { taskTime: wallOf(time), state, delayMs: null };
  });
  return [...came, ...others]
    .filter(({ taskTime }) => digitsOf(taskTime) >= digitsOf(span.from) && digitsOf(taskTime) < digitsOf(span.until))
    .toSorted((a, b) => digitsOf(a.taskTime) - digitsOf(b.taskTime));
}
