import { addCalendar } from "../time/calendar-span.ts";
import { zoneOf } from "../time/zone.ts";
import { workflowOfParent } from "./phase/parent-ref.ts";
import type { Phase, Rule } from "./phase.ts";

const NS_PER_MS = 1_000_000n;

/** The moment that a tick is about: the tick with the offset of its phase. `zone` is that of phases that name none. */
export function aboutOf({ rule }: Pick<Phase, "rule">, tick: number, zone: string): number {
  return addCalendar(tick, rule.offsetDays, zoneOf(rule.timezone ?? zone)) + offsetMs(rule);
}

/** A moment near the tick that is about this one; the exact one where the offset has no months. */
export function tickNear({ rule }: Pick<Phase, "rule">, about: number, zone: string): number {
  const { months, days } = rule.offsetDays;
  return addCalendar(about - offsetMs(rule), { months: -months, days: -days }, zoneOf(rule.timezone ?? zone));
}

/**
 * The hours of an offset in milliseconds, rounded down: one nanosecond before a full hour is still in the hour before
 * it, as in the older program, which counted nanoseconds.
 */
export function offsetMs({ offsetNs }: Pick<Rule, "offsetNs">): number {
  const ms = Number(offsetNs / NS_PER_MS);
  return offsetNs < 0n && offsetNs % NS_PER_MS !== 0n ? ms - 1 : ms;
}

/**
 * The zone whose clocks the task times of a phase show. A child has the task time of what it came of, so that the zone is that
 * of its root, of the first one where it has several. `zone` is that of phases that name none.
 */
export function taskZonesOf(all: readonly Phase[], zone: string): (phase: Phase) => string {
  const first = new Map<string, Phase>();
  for (const phase of all.toReversed()) {
    first.set(parentKey(phase.workflow, phase.type, null), phase);
    first.set(parentKey(phase.workflow, phase.type, phase.job), phase);
  }
  const zones = new Map<Phase, string>();
  return (phase) => {
    const path = new Set<Phase>();
    let root: Phase | undefined = phase;
    while (root !== undefined && root.rule.cron === null && !zones.has(root) && !path.has(root)) {
      path.add(root);
      const [ref]: Phase["dependsOn"] = root.dependsOn;
      root = ref === undefined ? undefined : first.get(parentKey(workflowOfParent(ref, root), ref.type, ref.job));
    }
    const top = root ?? [...path].at(-1) ?? phase;
    const found = zones.get(top) ?? top.rule.timezone ?? zone;
    for (const one of path) zones.set(one, found);
    return found;
  };
}

function parentKey(workflow: string, type: string, job: string | null): string {
  return JSON.stringify([workflow, type, job]);
}
