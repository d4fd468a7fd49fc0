import { clockChanges, clockEffect, type ClockChange, type ClockEffect } from "../../core/cron/clock-change.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { MetaRowsOf } from "../../core/decide/children.ts";
import { tickTaskTime } from "../../core/decide/on-tick.ts";
import { tickPreview } from "../../core/cron/tick-preview.ts";
import { type Link, linksOfPhase, type LinkTemplate } from "../../core/task/task-links.ts";
import type { WallMs } from "../../contract/time/wall-ms.ts";
import { taskTimeText as wallText } from "../../core/why/phrases.ts";
import { comingTicks, nextAfter, type Hold, type NextTick } from "../../core/cron/coming-ticks.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { Within } from "../backfill/backfill-control.ts";
import type { EngineContext } from "../context.ts";
import { taskTimeText } from "../task-time-text.ts";
import { isBatch } from "./is-batch.ts";
import { slices } from "./slices.ts";

export interface ScheduleRequest extends Within {
  /** Milliseconds since 1970: ticks after this moment, and not after `until` (null: for ever). */
  readonly from: number;
  readonly until: number | null;
  /** Only of this workflow file; null: of all. */
  readonly workflow: string | null;
  /** Only of this phase; default: of all. */
  readonly phaseId?: number;
  /** The last tick of the page before. */
  readonly after: { readonly at: number; readonly phaseId: number } | null;
  readonly limit: number;
  /** Also count the tasks of batches: reads the files of their rows. */
  readonly counts: boolean;
  /** For each phase. */
  readonly links: readonly LinkTemplate[];
}

/** Who holds a phase; null, but for `until`: its file says `paused`. */
export interface HeldBy extends Hold {
  readonly by: string | null;
  readonly reason: string | null;
}

export interface ScheduledTick {
  readonly phase: Phase;
  readonly zone: string;
  readonly at: number;
  readonly taskTime: string | null;
  /** Of the task that it would make; null: it makes none, or a batch of them. */
  readonly info: string | null;
  readonly isBatch: boolean;
  /** How many it would make now; null: a batch that is not counted. */
  readonly tasks: number | null;
  /** Why it makes none; empty when it makes one, or something holds its phase. */
  readonly reason: string;
  readonly held: HeldBy | null;
  readonly links: readonly Link[];
}

/** The clocks of a zone change, and what that does to a schedule. */
export interface ScheduleChange extends ClockChange {
  readonly zone: string;
  readonly effects: readonly { readonly phase: Phase; readonly kind: ClockEffect["kind"]; readonly time: string }[];
}

export interface ComingSchedule {
  readonly ticks: readonly ScheduledTick[];
  readonly isLast: boolean;
  /** Between the first and the last of these ticks. */
  readonly changes: readonly ScheduleChange[];
  /** IANA: of all schedules. */
  readonly zones: readonly string[];
}

/** Tasks of a batch that are counted: more would hold up others. */
const MAX_COUNTED = 1000;

/** Effects of one change that are named. */
const MAX_EFFECTS = 100;

/** The coming ticks of the workflows in force, earliest first. */
export async function comingSchedule(request: ScheduleRequest, context: EngineContext): Promise<ComingSchedule> {
  const { runtime } = context;
  const { from, until, workflow, phaseId, limit, scope = null } = request;
  const pause = slices(runtime.monotonic);
  const holds = await holdsOf(context);
  const inForce = graphWithin(context.graph(), scope);
  const scheduled = inForce.scheduled.filter(
    (phase) => (workflow === null || phase.workflow === workflow) && (phaseId === undefined || phase.id === phaseId),
  );
  const phases = scheduled.toSorted((a, b) => a.id - b.id);
  const metaRows = request.counts ? await context.metaFiles.load(phases) : null;
  const next: NextTick[] = [];
  for (const phase of phases) {
    next.push({ phase, at: firstTick(phase, request, holds) });
    await pause();
  }
  const ticks: ScheduledTick[] = [];
  let isLast = true;
  for (const { phase, at, held } of comingTicks(next, holds)) {
    if (until !== null && at > until) break;
    if (ticks.length === limit) {
      isLast = false;
      break;
    }
    ticks.push(tickOf(phase, at, held, metaRows, request.links, context));
    await pause();
  }
  const end = ticks.at(-1)?.at ?? until ?? from;
  const zones = [...new Set(phases.map(({ rule }) => rule.timezone ?? runtime.zone))];
  return { ticks, isLast, zones, changes: await changesBetween(ticks[0]?.at ?? from, end, phases, context) };
}

/** The first tick that is not on the pages before. A phase that is held has one row, at its first tick after `from`. */
function firstTick(
  phase: Phase,
  { from, after }: Pick<ScheduleRequest, "from" | "after">,
  holds: (phase: Phase, at: number) => HeldBy | null,
): number | null {
  const { cron } = phase.rule;
  if (cron === null) return null;
  let at = cron.next(from);
  if (after === null) return at;
  // What holds a phase later than that holds it there too: no pause is planned ahead.
  for (let held = at === null ? null : holds(phase, at); at !== null && held !== null; held = holds(phase, at)) {
    if (isAfter(at, phase, after)) return at;
    at = nextAfter(phase, held);
    if (at === null) return null;
  }
  if (at === null || isAfter(at, phase, after)) return at;
  return cron.next(phase.id > after.phaseId ? after.at - 1 : after.at);
}

function isAfter(at: number, { id }: Phase, after: NonNullable<ScheduleRequest["after"]>): boolean {
  return at > after.at || (at === after.at && id > after.phaseId);
}

export async function holdsOf({ store }: EngineContext): Promise<(phase: Phase, at: number) => HeldBy | null> {
  const pauses = await store.pauses.inForce();
  const inFile = new Set((await store.pausedPhases()).map(({ phaseId }) => phaseId));
  return ({ id }, at) => {
    if (inFile.has(id)) return { until: null, by: null, reason: null };
    const inForce = pauses.filter(({ until }) => until === null || at < until);
    // Its own before that of all phases.
    const pause = inForce.find(({ phaseId }) => phaseId === id) ?? inForce.find(({ phaseId }) => phaseId === 0);
    return pause === undefined ? null : { until: pause.until, by: pause.by, reason: pause.reason };
  };
}

function tickOf(
  phase: Phase,
  at: number,
  held: HeldBy | null,
  metaRows: MetaRowsOf | null,
  links: readonly LinkTemplate[],
  { runtime, taskTtl }: EngineContext,
): ScheduledTick {
  const { rule } = phase;
  const zone = rule.timezone ?? runtime.zone;
  const hasRows = isBatch(rule);
  const made = (wall: WallMs | null) => ({
    phase,
    zone,
    at,
    taskTime: taskTimeText(wall, zone, runtime.zone),
    isBatch: hasRows,
    held,
    links: linksOfPhase(links, phase, wall),
  });
  // The tasks of a batch may be many, and their rows elsewhere: they are counted where somebody asks.
  if (held !== null || (hasRows && metaRows === null)) {
    const wall = tickTaskTime(phase, at, runtime.zone);
    return { ...made(wall), info: null, tasks: held === null ? null : 0, reason: "" };
  }
  const preview = tickPreview({ ...phase, rule: { ...rule, paused: false } }, at, false, {
    newId: () => "",
    // A preview shows a placeholder: the real digits are random.
    shortId: () => "xxxxxxxx",
    host: runtime.host,
    zone: runtime.zone,
    taskTtl,
    metaRows: metaRows ?? (() => []),
    maxTasks: MAX_COUNTED,
  });
  const { taskTime, info, tasks, reason } = preview;
  const hasInfo = tasks !== null && tasks > 0;
  return { ...made(taskTime), info: hasInfo ? info : null, tasks, reason };
}

async function changesBetween(
  from: number,
  until: number,
  phases: readonly Phase[],
  { runtime }: EngineContext,
): Promise<readonly ScheduleChange[]> {
  const pause = slices(runtime.monotonic);
  const found: ScheduleChange[] = [];
  for (const [zone, ofZone] of Map.groupBy(phases, ({ rule }) => rule.timezone ?? runtime.zone)) {
    for (const change of clockChanges(zone, from).filter(({ at }) => at <= until)) {
      const effects: ScheduleChange["effects"][number][] = [];
      for (const phase of ofZone) {
        const effect = phase.rule.cron === null ? null : clockEffect(phase.rule.cron, [change]);
        if (effect !== null && effects.length < MAX_EFFECTS)
          effects.push({ phase, kind: effect.kind, time: wallText(effect.wall) });
        await pause();
      }
      found.push({ zone, ...change, effects });
    }
  }
  return found.toSorted((a, b) => a.at - b.at);
}
