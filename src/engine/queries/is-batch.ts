import { isCalendar } from "../../core/time/calendar-span.ts";
import type { Rule } from "../../core/workflow/phase.ts";

/** Whether a tick makes as many tasks as a span or rows say. */
export function isBatch({ forNs, forDays, meta, metaFile }: Rule): boolean {
  return forNs !== 0n || isCalendar(forDays) || meta !== null || metaFile !== "";
}
