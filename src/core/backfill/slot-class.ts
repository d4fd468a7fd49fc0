import type { TaskState } from "../decide/effects.ts";

/** What there is of a slot already: nothing, a task that completed, one that failed, or one that is unfinished. */
export type SlotClass = "new" | "exists" | "failed" | "running";
export const SLOT_CLASSES: readonly SlotClass[] = ["new", "exists", "failed", "running"];

/** The slots that a backfill makes a task of. */
export type SlotSelection = "missing" | "failed" | "missing,failed" | "all";
export const SLOT_SELECTIONS: readonly SlotSelection[] = ["missing", "failed", "missing,failed", "all"];

/** A record of a phase at the task time of a slot. */
export interface FoundTask {
  readonly info: string;
  readonly state: TaskState;
  readonly result: string;
}

/**
 * The class of a slot by the tasks of its phase and task time, the latest first. Without rows any of them is its task; with
 * rows the one with the same info is. A cancelled task is none.
 */
export function slotClass(info: string, hasRows: boolean, found: readonly FoundTask[]): SlotClass {
  for (const task of found) {
    if (task.state === "cancelled" || (hasRows && task.info !== info)) continue;
    return taskClass(task);
  }
  return "new";
}

/** Past its deadline counts as failed: its worker may be lost. */
export function taskClass({ state, result }: FoundTask): Exclude<SlotClass, "new"> {
  if (state === "overdue") return "failed";
  if (state !== "finished") return "running";
  return result === "complete" || result === "warn" ? "exists" : "failed";
}

export function isSelected(selection: SlotSelection, one: SlotClass): boolean {
  // An unfinished task is never made twice.
  if (one === "running") return false;
  if (selection === "all") return true;
  return selection.split(",").includes(one === "new" ? "missing" : one);
}
