import { type WallMs } from "../../contract/time/wall-ms.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { addToWall } from "../time/calendar-span.ts";
import { wallAt, midnightOf } from "../time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";
import type { ClockChange } from "./clock-change.ts";
import type { CronSchedule } from "./cron.ts";

/** A tick that an offset in hours takes to another day than as many days would. */
export interface LostDay {
  /** `lost`: no tick is about `meant`. `doubled`: two ticks are about `day`. */
  readonly kind: "lost" | "doubled";
  readonly tick: WallMs;
  /** The day that the tick is about, and that it would be about if the offset were in days. */
  readonly day: WallMs;
  readonly meant: WallMs;
}

/** A schedule of every second would have millions of ticks around a change; such a one loses no day. */
const MAX_TICKS = 2000;

/** The first of the clock changes over which an offset of whole days, written in hours, loses or doubles a day. */
export function lostDay(schedule: CronSchedule, offset: number, changes: readonly ClockChange[]): LostDay | null {
  if (offset === 0 || offset % DAY !== 0 || schedule.every !== null) return null;
  const zone = zoneOf(schedule.zone);
  for (const change of changes) {
    const ticks: { tick: WallMs; day: WallMs; meant: WallMs }[] = [];
    const from = change.at - Math.max(0, offset) - 8 * DAY;
    const until = change.at + Math.max(0, -offset) + 8 * DAY;
    for (let at = schedule.next(from); at !== null && at < until && ticks.length < MAX_TICKS; at = schedule.next(at)) {
      const tick = wallAt(at, zone);
      const meant = addToWall(tick, { months: 0, days: offset / DAY });
      ticks.push({ tick, day: midnightOf(wallAt(at + offset, zone)), meant: midnightOf(meant) });
    }
    for (const one of ticks) {
      if (one.day === one.meant) continue;
      if (!ticks.some(({ day }) => day === one.meant)) return { kind: "lost", ...one };
      const isOnce = ticks.filter(({ meant }) => meant === one.day).length <= 1;
      if (isOnce && ticks.filter(({ day }) => day === one.day).length > 1) return { kind: "doubled", ...one };
    }
  }
  return null;
}
