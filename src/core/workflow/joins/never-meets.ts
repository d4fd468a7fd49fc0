import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import { taskName } from "../../task/task-name.ts";
import { aboutOf, tickNear } from "../offset.ts";
import { isMadeBy, type Phase } from "../phase.ts";
import { withJoins } from "./join-plans.ts";

/** Ticks that are compared for one join, as far as they reach; only what was compared over this span is said never to meet. */
const MAX_TICKS = 30_000;
const SPAN = 400 * DAY;
const LONGEST = 5 * 366 * DAY;

/** A parent of a join, and the schedules that its tasks come of. */
export interface ScheduledParent {
  readonly task: string;
  /** As written, `0 5 * * * (Europe/Berlin)` with the offset when there is one. */
  readonly schedules: readonly string[];
}

/**
 * By the index of each join that can never start: parents of which no tasks are about the same instant. Parents that something
 * else than the fields of a schedule makes are not known beforehand, and never said to miss each other.
 */
export function joinsThatNeverMeet(
  phases: readonly Phase[],
  now: number,
  zone: string,
): ReadonlyMap<number, readonly ScheduledParent[]> {
  const found = new Map<number, readonly ScheduledParent[]>();
  for (const [index, { joinPlan: plan, dependsOn }] of withJoins(phases).entries()) {
    if (plan === null || plan.ancestor !== null || plan.byEvent || dependsOn.length < 2) continue;
    const parents = dependsOn.flatMap((ref, place) => {
      const origins = originsOf(plan.feeders[place] ?? new Set(), phases);
      return origins === null ? [] : [{ task: taskName(ref), origins }];
    });
    const [first, second] = missedPair(parents, now, zone);
    if (first !== undefined && second !== undefined) found.set(index, [first, second].map(shown));
    else if (parents.length > 2 && doMiss(parents, now, zone)) found.set(index, parents.map(shown));
  }
  return found;
}

interface Origins {
  readonly task: string;
  /** The phases with a schedule that lead to it. */
  readonly origins: readonly Phase[];
}

/** Null: not all of what leads there has a schedule with fields, and nothing else. */
function originsOf(names: ReadonlySet<string>, phases: readonly Phase[]): readonly Phase[] | null {
  const origins: Phase[] = [];
  for (const phase of phases) {
    if (!names.has(taskName(phase))) continue;
    const { cron, files, filesGlob } = phase.rule;
    const isMadeElsewhere = phase.dependsOn.some((ref) => !phases.some((one) => isMadeBy(ref, one)));
    if (files !== null || filesGlob !== null || isMadeElsewhere) return null;
    if (cron !== null && cron.every === null) origins.push(phase);
    else if (cron !== null || phase.dependsOn.length === 0) return null;
  }
  return origins.length === 0 ? null : origins;
}

function missedPair(parents: readonly Origins[], now: number, zone: string): readonly Origins[] {
  for (const [place, first] of parents.entries()) {
    const second = parents.slice(place + 1).find((one) => doMiss([first, one], now, zone));
    if (second !== undefined) return [first, second];
  }
  return [];
}

/** Goes on to the latest of the next instants of all, until they are one. */
function doMiss(parents: readonly Origins[], now: number, zone: string): boolean {
  const budget = { left: MAX_TICKS };
  const nexts: number[] = [];
  let at = now;
  while (at - now < LONGEST && budget.left > 0) {
    for (const [place, { origins }] of parents.entries()) {
      if ((nexts[place] ?? Number.NEGATIVE_INFINITY) >= at) continue;
      const next = nextOf(origins, at, zone, budget);
      // A schedule that never comes is an issue of its own.
      if (next === null) return at - now >= SPAN;
      nexts[place] = next;
    }
    const latest = Math.max(...nexts);
    if (nexts.every((next) => next === latest)) return false;
    at = latest;
  }
  return at - now >= SPAN;
}

/** The first instant from this one on that a tick of these is about. */
function nextOf(origins: readonly Phase[], from: number, zone: string, budget: { left: number }): number | null {
  let first: number | null = null;
  for (const phase of origins) {
    const { cron, offsetDays } = phase.rule;
    // An offset in months leads back to a day nearby only, one in days to an hour nearby.
    const slack = offsetDays.months !== 0 ? 4 * DAY : offsetDays.days !== 0 ? 2 * HOUR : 0;
    let tick = cron?.next(tickNear(phase, from, zone) - slack - 1) ?? null;
    budget.left--;
    while (tick !== null && aboutOf(phase, tick, zone) < from && budget.left > 0) {
      tick = cron?.next(tick) ?? null;
      budget.left--;
    }
    if (tick === null) continue;
    const about = aboutOf(phase, tick, zone);
    if (first === null || about < first) first = about;
  }
  return first;
}

function shown({ task, origins }: Origins): ScheduledParent {
  const schedules = origins.map((phase) => {
    const { cron, offsetNs, offsetDays } = phase.rule;
    const hasOffset = offsetNs !== 0n || offsetDays.days !== 0 || offsetDays.months !== 0;
    const of = taskName(phase) === task ? "" : `${taskName(phase)}: `;
    return `${of}${cron?.text} (${cron?.zone}${hasOffset ? ", with an offset" : ""})`;
  });
  return { task, schedules };
}
