import type { Delivery, FileMessage, FileEffects, RedriveCounts } from "../decider.ts";
import type { NewDecision } from "../effects.ts";

/** Identifies a redelivery. Null: the bus gives its messages no id, so each is an event of its own. */
export function deliveryOf({ topic, busId }: FileMessage): Delivery | null {
  return busId === null ? null : { topic, busId };
}

/** The bus delivered an event again: it is counted and makes no task. */
export function repeatedFile({ taskTime, busId }: FileMessage): NewDecision {
  return { code: "file_repeated", phaseId: 0, taskTime, data: { bus_id: busId } };
}

/** The result of redriving a stored event. */
export function countRedriven({ decisions, matches }: FileEffects): RedriveCounts {
  const taken = decisions.filter(({ code, phaseId }) => code === "file_redriven" && phaseId > 0).length;
  const waiting = decisions.filter(({ code }) => code === "file_gathering").length;
  return { matched: matches.length + taken, taken, waiting };
}
