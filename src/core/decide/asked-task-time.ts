import type { AskedTime, DayAgo } from "../../contract/time/asked-time.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { instantOnWall, isSame, midnightOf, wallAt } from "../time/wall-ms.ts";
import { wallOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { partsOf } from "../time/wall-time.ts";
import { zoneOf } from "../time/zone.ts";
import { aboutOf, tickNear } from "../workflow/offset.ts";
import type { Phase } from "../workflow/phase.ts";

/** A schedule of every second has as many ticks in a day; whether it is one is known after two. */
const MAX_TICKS_SCANNED = 5000;

/**
 * The moment that a person means by a task time of a phase: by the clock of the phase's zone. A bare day is that of its one
 * tick about that day; where it has none or several, the day begins at midnight. `zone` is that of phases that name none.
 */
export function askedMoment(asked: AskedTime, phase: Phase, zone: string): number {
  if (asked.kind === "instant") return asked.at;
  const { wall } = asked;
  if (!asked.isDay) return instantOnWall(wall, zoneOf(phase.rule.timezone ?? zone));
  return tickOfDay(wall, phase, zone) ?? instantOnWall(wall, zoneOf(phase.rule.timezone ?? zone));
}

/** The same as the clock of the phase's zone shows it: task times are kept like that. */
export function askedTaskTime(asked: AskedTime, phase: Phase, zone: string): WallMs {
  // A file may be about an hour that the clocks skipped: its path says so.
  if (asked.kind === "wall" && !asked.isDay && phase.rule.cron === null) return asked.wall;
  return wallAt(askedMoment(asked, phase, zone), zoneOf(phase.rule.timezone ?? zone));
}

/** The day that was so many days ago by the clocks of the zone. */
export function dayAgo({ days }: DayAgo, zone: string, now: number): AskedTime {
  const { year, month, day } = partsOf(wallAt(now, zoneOf(zone)));
  return { kind: "wall", wall: wallOf(Date.UTC(year, month - 1, day - days)), isDay: true };
}

/** What the only tick about a day is about; null when there are none or several. */
function tickOfDay(day: WallMs, phase: Phase, zoneName: string): number | null {
  const { cron } = phase.rule;
  if (cron === null || cron.every !== null) return null;
  const zone = zoneOf(phase.rule.timezone ?? zoneName);
  // An offset in months can be off by the days that months differ by.
  const margin = phase.rule.offsetDays.months === 0 ? DAY : 4 * DAY;
  const midnight = tickNear(phase, instantOnWall(day, zone), zoneName);
  let found: number | null = null;
  let tick = cron.next(midnight - margin - 1);
  for (let scanned = 0; tick !== null && tick < midnight + DAY + margin; scanned++) {
    const about = aboutOf(phase, tick, zoneName);
    if (midnightOf(wallAt(about, zone)) === day) {
      // Where the clocks show it twice it is one time of day, and the first of the two.
      if (found !== null && !isSame(wallAt(found, zone), wallAt(about, zone))) return null;
      found ??= about;
    }
    if (scanned >= MAX_TICKS_SCANNED) return null;
    tick = cron.next(tick);
  }
  return found;
}
