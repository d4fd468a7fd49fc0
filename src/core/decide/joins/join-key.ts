import type { WallMs } from "../../../contract/time/wall-ms.ts";
import { taskName } from "../../task/task-name.ts";
import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import { aboutOf, tickNear } from "../../workflow/offset.ts";
import type { Phase } from "../../workflow/phase.ts";
import { instantOnWall, wallAt, wholeHour } from "../../time/wall-ms.ts";
import { zoneOf } from "../../time/zone.ts";

/** Which instance of a join a new task belongs to. The store resolves it: only it knows the records. */
export interface JoinMembership {
  /** Phase of the child. */
  readonly joinId: number;
  /** Name of the task. */
  readonly member: string;
  readonly ancestorId: number | null;
  /**
   * `ancestor`: its parent is the task that all of the instance came of · `parent`: the instance of its parent · `event`: the
   * file event that made it · `root`: it begins one itself, unless it was made by hand in place of another task.
   */
  readonly from: "ancestor" | "parent" | "event" | "root";
  /** When nothing else tells. */
  readonly rootKey: string;
  /** Made by hand without a time: it may be in place of a task that has none. */
  readonly untimed?: boolean;
}

export const NO_JOINS: readonly JoinMembership[] = [];

/** Of a task that its tick, a person or another program made. */
export function rootMemberships(phase: Phase, rootKey: () => string, untimed = false): readonly JoinMembership[] {
  const { joins } = phase;
  if (joins.length === 0) return NO_JOINS;
  const member = taskName(phase);
  return joins.map(({ joinId, ancestorId }) => {
    return { joinId, member, ancestorId, from: "root", rootKey: rootKey(), untimed };
  });
}

export function fileMemberships(phase: Phase, rootKey: () => string): readonly JoinMembership[] {
  const { joins } = phase;
  if (joins.length === 0) return NO_JOINS;
  const member = taskName(phase);
  return joins.map(({ joinId, ancestorId, byEvent }) => ({
    joinId,
    member,
    ancestorId,
    from: byEvent ? "event" : "root",
    rootKey: rootKey(),
  }));
}

export function childMemberships(
  phase: Phase,
  parentPhaseId: number,
  rootKey: () => string,
): readonly JoinMembership[] {
  const { joins } = phase;
  if (joins.length === 0) return NO_JOINS;
  const member = taskName(phase);
  return joins.map(({ joinId, ancestorId }) => ({
    joinId,
    member,
    ancestorId,
    from: ancestorId !== null && ancestorId === parentPhaseId ? "ancestor" : "parent",
    rootKey: rootKey(),
  }));
}

/**
 * Of a task that no tick made: the instant at which the clocks of its zone show its task time, so that it meets the tick of that
 * time; its run where it has none.
 */
export function timeKey(taskTime: WallMs | null, runId: string, zone: string): string {
  return taskTime === null ? `run:${runId}` : instantKey(instantOnWall(taskTime, zoneOf(zone)));
}

/** Of a task for this instant: the tick with its offset. Phases of other zones meet there, whatever their clocks show. */
export function instantKey(instant: number): string {
  return `${instant % HOUR === 0 ? "time" : "at"}:${instant}`;
}

/**
 * Of a task that a person asks for: `about` is a time within the hour that is meant. Where the phase has one tick in that hour it
 * is meant; otherwise the time itself, or the hour when the person gave no time.
 */
export function handKey(phase: Phase, about: number, isGiven: boolean, zone: string): string {
  const clock = zoneOf(phase.rule.timezone ?? zone);
  const wall = about + clock.offsetAt(about);
  const hour = about - (((wall % HOUR) + HOUR) % HOUR);
  const [first, second] = momentsWithin(phase, hour, hour + HOUR, zone);
  if (first !== undefined && second === undefined) return instantKey(first);
  return instantKey(isGiven ? about : hour);
}

/** What the first two ticks about a time in that range are about. */
function momentsWithin(phase: Phase, from: number, until: number, zone: string): number[] {
  const { cron, offsetDays } = phase.rule;
  // An offset in months leads back to a day nearby only, one in days to an hour nearby.
  const slack = offsetDays.months !== 0 ? 4 * DAY : offsetDays.days !== 0 ? 2 * HOUR : 0;
  const found: number[] = [];
  let tick = cron?.next(tickNear(phase, from, zone) - slack - 1) ?? null;
  while (tick !== null && found.length < 2) {
    const moment = aboutOf(phase, tick, zone);
    if (moment >= until) break;
    if (moment >= from) found.push(moment);
    tick = cron?.next(tick) ?? null;
  }
  return found;
}

/** The task time that a key names; null when it names none. */
export function timeOfKey(key: string, zone: string): WallMs | null {
  const [kind, value = ""] = key.split(":");
  if (kind !== "time" && kind !== "at") return null;
  return wholeHour(wallAt(Number(value), zoneOf(zone)));
}
