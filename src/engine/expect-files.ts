import { DAY, HOUR } from "../contract/time/time-units.ts";
import { previousTick } from "../core/decide/catch-up.ts";
import type { CronSchedule } from "../core/cron/cron.ts";
import type { NewAlert, NewDecision } from "../core/decide/effects.ts";
import { newAlert } from "../core/decide/new-alert.ts";
import { instantOnWall, wallAt } from "../core/time/wall-ms.ts";
import { type WallMs, digitsOf, wallOf } from "../contract/time/wall-ms.ts";
import { zoneOf } from "../core/time/zone.ts";
import { aboutOf, tickNear } from "../core/workflow/offset.ts";
import type { Phase } from "../core/workflow/phase.ts";
import type { Store } from "../store/store.ts";

/**
 * At a tick of `expect_by`: the alert when no file (with `gather`: too few) came. A tick checks the task times from its
 * own (tick + offset) back to that of the previous tick, so that a file dated by day counts at any hour of the check; a
 * file without a time in its path counts by its arrival. Returns nothing when all files are there. Paths are dated by the
 * clock of the phase's zone; `zone` is that of phases that name none.
 */
export async function missingFiles(
  phase: Phase,
  schedule: CronSchedule,
  at: number,
  store: Store,
  zone: string,
): Promise<{ alerts: NewAlert[]; decisions: NewDecision[] }> {
  const want = Math.max(1, phase.rule.gather);
  const previous = previousTick(schedule, at) ?? at - DAY;
  const taskTime = expectedTime(phase, at, zone);
  const have = await store.filesSeen({
    phaseId: phase.id,
    taskTimeAfter: earlierTime(phase, schedule, previous, taskTime, zone),
    taskTimeUntil: taskTime,
    untimedSince: previous,
  });
  if (have >= want) return { alerts: [], decisions: [] };
  const pattern = phase.rule.files ?? phase.rule.filesGlob ?? "";
  const decision: NewDecision = {
    code: "file_missing",
    phaseId: phase.id,
    taskTime,
    data: { pattern, have, want, expect_by: schedule.text },
  };
  if (phase.rule.noAlert) {
    const data = { by: "no_alert", type: "file_missing" };
    const suppressed: NewDecision = { code: "alert_suppressed", phaseId: phase.id, taskTime, data };
    return { alerts: [], decisions: [decision, suppressed] };
  }
  const alert = newAlert("file_missing", `no file ${pattern} came in time: ${have} of ${want}`, {
    phase,
    taskTime,
    cause: pattern,
  });
  return { alerts: [alert], decisions: [decision] };
}

/** As many ticks as an hour of a schedule of every minute has. */
const MAX_EARLIER = 61;

/** Of the newest tick that has an earlier task time: those before an hour that comes twice, not the ones in it. */
function earlierTime(phase: Phase, schedule: CronSchedule, previous: number, taskTime: WallMs, zone: string): WallMs {
  let tick: number | null = previous;
  for (let steps = 0; tick !== null && steps < MAX_EARLIER; steps += 1) {
    const time = expectedTime(phase, tick, zone);
    if (digitsOf(time) < digitsOf(taskTime)) return time;
    tick = previousTick(schedule, tick);
  }
  return wallOf(digitsOf(taskTime) - 1);
}

/** The task time of a tick of `expect_by`, to the minute, by the clock of the phase's zone. */
function expectedTime(phase: Phase, tick: number, zone: string): WallMs {
  return wallAt(aboutOf(phase, tick, zone), zoneOf(phase.rule.timezone ?? zone));
}

const HOURS_AROUND = 3 * HOUR;
const MONTHS_AROUND = 4 * DAY;
/** A schedule of every second has 21,600 ticks in six hours. */
const MAX_SCANNED = 25_000;

/** The tick of `expect_by` that a missing file of this task time was missed at. */
export function expectedAt(phase: Phase, schedule: CronSchedule, taskTime: WallMs, zone: string): number {
  const near = tickNear(phase, instantOnWall(taskTime, zoneOf(phase.rule.timezone ?? zone)), zone);
  const around = phase.rule.offsetDays.months === 0 ? HOURS_AROUND : MONTHS_AROUND;
  let tick = schedule.next(near - around - 1);
  for (let scanned = 0; tick !== null && tick < near + around && scanned < MAX_SCANNED; scanned++) {
    if (expectedTime(phase, tick, zone) === taskTime) return tick;
    tick = schedule.next(tick);
  }
  return near;
}
