import type { Finding } from "./finding.ts";
import { HOUR } from "../../contract/time-units.ts";
import { tickTaskTime } from "../decide/on-tick.ts";
import { previousTick } from "../decide/catch-up.ts";
import type { CronSchedule } from "../cron/cron.ts";
import { offsetMs } from "../workflow/offset.ts";
import type { Phase } from "../workflow/phase.ts";
import { instantText, taskTimeText } from "./phrases.ts";
import type { WhyNotFacts } from "./why-not-facts.ts";
import { fromWall, zoneOf } from "../time/zone.ts";

const MAX_TICKS = 5;
/** A schedule of every second has 10,800 ticks in the three hours around a task time. */
const MAX_SCANNED = 20_000;

export interface TickContext {
  readonly now: number;
  /** IANA zone of phases that name none. */
  readonly zone: string;
}

/** Ticks of the phase that are about the task time, oldest first, at most 5; of a batch over a span those that cover it. */
export function ticksAbout(phase: Phase, taskTime: number, zone: string): readonly number[] {
  const { cron, forNs, timezone } = phase.rule;
  if (cron === null) return [];
  const hour = taskTime - (taskTime % HOUR);
  // Task times are wall times, so the hour of a clock change counts too.
  const offset = offsetMs(phase.rule);
  const span = Number(forNs / 1_000_000n);
  const about = fromWall(hour, zoneOf(timezone ?? zone)) - offset;
  const until = about + 2 * HOUR - Math.min(0, span);
  const ticks: number[] = [];
  let tick = cron.next(about - HOUR - Math.max(0, span) - 1);
  for (let scanned = 0; tick !== null && tick < until && scanned < MAX_SCANNED && ticks.length < MAX_TICKS; scanned++) {
    const own = tickTaskTime(phase, tick, zone);
    if (own !== null && covers(own, span, hour)) ticks.push(tick);
    tick = cron.next(tick);
  }
  return ticks;
}

function covers(own: number, span: number, hour: number): boolean {
  return hour >= own + Math.min(0, span) && hour <= own + Math.max(0, span);
}

/** What the schedule says about a task time; nothing when a decision says it already. */
export function tickFindings(
  phase: Phase,
  taskTime: number,
  facts: WhyNotFacts,
  isDecided: boolean,
  context: TickContext,
): Finding[] {
  const { cron, paused } = phase.rule;
  if (cron === null) return [];
  const found: Finding[] = [];
  const ticks = ticksAbout(phase, taskTime, context.zone);
  const [tick] = ticks;
  if (tick === undefined) found.push(noTick(phase, cron, taskTime, context.zone));
  if (paused) {
    const sentence = `\`${phase.task}\` is paused: it keeps its position and fires no ticks`;
    found.push({ code: "paused", data: { line: phase.line }, sentence });
  }
  if (tick !== undefined && !isDecided) found.push(undecided(phase, cron, tick, facts.cron_cursor, context.now));
  return found;
}

function noTick(phase: Phase, cron: CronSchedule, taskTime: number, zone: string): Finding {
  const about = fromWall(taskTime, zoneOf(phase.rule.timezone ?? zone)) - offsetMs(phase.rule);
  const next = cron.next(about);
  const before = next === null ? null : previousTick(cron, next);
  const near = [before, next]
    .map((one) => (one === null ? null : tickTaskTime(phase, one, zone)))
    .filter((time) => time !== null)
    .map(taskTimeText);
  const around = near.length === 0 ? "it never fires" : `those nearest are about ${near.join(" and ")}`;
  return {
    code: "schedule_no_match",
    data: { cron: cron.text, zone: cron.zone, before, next },
    sentence: `the schedule \`${cron.text}\` (${cron.zone}) has no tick for ${taskTimeText(taskTime)}: ${around}`,
  };
}

function undecided(phase: Phase, cron: CronSchedule, tick: number, cursor: number | null, now: number): Finding {
  const data = { tick, cursor, cron: cron.text };
  const which = `the tick at ${instantText(tick)} of the schedule \`${cron.text}\``;
  if (tick > now) return { code: "tick_in_future", data, sentence: `not yet: ${which} is still to come` };
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
      sentence: `${which} was due, but the schedule was last decided for ${instantText(cursor)}: no Flowlord runs, or it is behind`,
    };
  return {
    code: "tick_before_schedule",
    data,
    sentence: `${which} has no row in the history: the schedule of \`${phase.task}\` was not in force then, or retention has deleted it`,
  };
}
