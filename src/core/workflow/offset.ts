import { addCalendar } from "../time/calendar-span.ts";
import { zoneOf } from "../time/zone.ts";
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
