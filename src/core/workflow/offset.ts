import type { Rule } from "./phase.ts";

const NS_PER_MS = 1_000_000n;

/**
 * The offset of a rule in milliseconds, rounded down: one nanosecond before a full hour is still in the hour before
 * it, as in the older program, which counted nanoseconds.
 */
export function offsetMs({ offsetNs }: Pick<Rule, "offsetNs">): number {
  const ms = Number(offsetNs / NS_PER_MS);
  return offsetNs < 0n && offsetNs % NS_PER_MS !== 0n ? ms - 1 : ms;
}
