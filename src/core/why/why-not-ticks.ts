import type { Finding } from "./finding.ts";
import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { tickTaskTime } from "../decide/on-tick.ts";
import { previousTick } from "../decide/catch-up.ts";
import type { CronSchedule } from "../cron/cron.ts";
import { tickNear } from "../workflow/offset.ts";
import type { Phase } from "../workflow/phase.ts";
import { instantText, taskTimeText, taskTimeWithZone } from "./phrases.ts";
import { pauseData, pauseText } from "./pause-text.ts";
import type { WhyPause } from "./why-facts.ts";
import type { WhyNotFacts } from "./why-not-facts.ts";
import { addToWall } from "../time/calendar-span.ts";
import { instantOnWall, wholeHour } from "../time/wall-ms.ts";
import { type WallMs, digitsOf } from "../../contract/time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";

const MAX_TICKS = 5;
/** A schedule of every second has 10,800 ticks in the three hours around a task time. */
const MAX_SCANNED = 20_000;

export interface TickContext {
  readonly now: number;
  /** IANA zone of phases that name none. */
  readonly zone: string;
  /** IANA zone of the task times of the phase: the answer tells every time by its clock. */
  readonly taskZone: string;
  /** Those in force that people asked for. */
  readonly pauses?: readonly WhyPause[];
}

/** Ticks of the phase that are about the task time, oldest first, at most 5; of a batch over a span those that cover it. */
export function ticksAbout(phase: Phase, taskTime: WallMs, zone: string): readonly number[] {
  const { cron, timezone } = phase.rule;
  if (cron === null) return [];
  const hour = wholeHour(taskTime);
  // Task times are wall times, so the hour of a clock change counts too.
  const { first, last } = spanOf(phase);
  const about = tickNear(phase, instantOnWall(hour, zoneOf(timezone ?? zone)), zone);
  const margin = phase.rule.offsetDays.months === 0 ? 0 : 4 * DAY;
  const until = about + 2 * HOUR - first + margin;
  const ticks: number[] = [];
  let tick = cron.next(about - HOUR - last - margin - 1);
  for (let scanned = 0; tick !== null && tick < until && scanned < MAX_SCANNED && ticks.length < MAX_TICKS; scanned++) {
    const own = tickTaskTime(phase, tick, zone);
    if (own !== null && covers(own, phase, hour)) ticks.push(tick);
    tick = cron.next(tick);
  }
  return ticks;
}

function covers(own: WallMs, phase: Phase, hour: WallMs): boolean {
  const { forNs, forDays } = phase.rule;
  const [start, asked] = [digitsOf(own), digitsOf(hour)];
  const end = digitsOf(addToWall(own, forDays)) + Number(forNs / 1_000_000n);
  return asked >= Math.min(start, end) && asked <= Math.max(start, end);
}

/** How far the span of the phase reaches at most before and behind a task time, milliseconds. */
function spanOf({ rule: { forNs, forDays } }: Phase): { readonly first: number; readonly last: number } {
  const length = Number(forNs / 1_000_000n) + (forDays.months * 31 + forDays.days) * DAY;
  return { first: Math.min(0, length), last: Math.max(0, length) };
}

/** What the schedule says about a task time; nothing when a decision says it already. */
export function tickFindings(
  phase: Phase,
  taskTime: WallMs,
  facts: WhyNotFacts,
  isDecided: boolean,
  context: TickContext,
): Finding[] {
  const { cron } = phase.rule;
  if (cron === null) return [];
  const found: Finding[] = [];
  const ticks = ticksAbout(phase, taskTime, context.zone);
  const [tick] = ticks;
  if (tick === undefined) found.push(noTick(phase, cron, taskTime, context));
  found.push(...pauseFindings(phase, context));
  if (tick !== undefined && !isDecided) found.push(undecided(phase, cron, tick, facts.cron_cursor, context));
  return found;
}

/** That the phase is paused now, by its file or by a person. */
export function pauseFindings(phase: Phase, { now, taskZone, pauses = [] }: TickContext): Finding[] {
  const found = pauses
    .filter(({ phaseId }) => phaseId === 0 || phaseId === phase.id)
    .map((pause) => {
      const what = pause.phaseId === 0 ? "everything" : `\`${phase.task}\``;
      return { code: "paused", data: pauseData(pause), sentence: `${what} ${pauseText(pause, now, taskZone)}` };
    });
  if (found.length > 0 || !phase.rule.paused) return found;
  const sentence = `\`${phase.task}\` is paused by its file: its ticks pass, and what files and parents ask for waits until \`paused\` is removed from line ${phase.line} of ${phase.workflow}`;
  return [{ code: "paused", data: { line: phase.line }, sentence }];
}

function noTick(phase: Phase, cron: CronSchedule, taskTime: WallMs, { zone, taskZone }: TickContext): Finding {
  const about = tickNear(phase, instantOnWall(taskTime, zoneOf(phase.rule.timezone ?? zone)), zone);
  const next = cron.next(about);
  const before = next === null ? null : previousTick(cron, next);
  const near = [before, next]
    .map((one) => (one === null ? null : tickTaskTime(phase, one, zone)))
    .filter((time) => time !== null)
    .map(taskTimeText);
  const around = near.length === 0 ? "it never fires" : `those nearest are about ${near.join(" and ")} (${taskZone})`;
  return {
    code: "schedule_no_match",
    data: { cron: cron.text, zone: cron.zone, before, next },
    sentence: `the schedule \`${cron.text}\` (${cron.zone}) has no tick for ${taskTimeWithZone(taskTime, taskZone)}: ${around}`,
  };
}

function undecided(
  phase: Phase,
  cron: CronSchedule,
  tick: number,
  cursor: number | null,
  context: TickContext,
): Finding {
  const data = { tick, cursor, cron: cron.text };
  const which = `the tick at ${instantText(tick, context.taskZone)} of the schedule \`${cron.text}\``;
  if (tick > context.now) return { code: "tick_in_future", data, sentence: `not yet: ${which} is still to come` };
  if (cursor === null)
    return {
      code: "schedule_not_taken_up",
      data,
      sentence: `${which} was due, but no Flowlord has loaded this schedule yet`,
    };
  if (tick > cursor)
    return {
      code: "tick_not_decided",
      data,
      sentence: `${which} was due, but the schedule was last decided for ${instantText(cursor, context.taskZone)}: no Flowlord runs, or it is behind`,
    };
  return {
    code: "tick_before_schedule",
    data,
    sentence: `${which} has no row in the history: the schedule of \`${phase.task}\` was not in force then, or retention has deleted it`,
  };
}
