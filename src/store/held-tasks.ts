import type { SlotState } from "../core/decide/decider.ts";
import type { NewTask } from "../core/decide/effects.ts";
import type { OnRemoved } from "../core/workflow/phase.ts";

/** How tasks that a person or a backfill creates begin. Called within the transaction that creates them. */
export interface AdmitTasks {
  readonly phaseId: number;
  decide(tasks: readonly NewTask[], slots: SlotState): readonly NewTask[];
}

/** A phase with tasks that wait for a slot, or for its resume. */
export interface HeldPhase {
  readonly phaseId: number;
  readonly task: string;
  readonly workflow: string;
  readonly held: number;
  /** How many of its tasks may be unfinished at a time; 0: no cap, null: unknown. */
  readonly cap: number | null;
  readonly onRemoved: OnRemoved;
  /** When it left its file; null while it is there. */
  readonly removedAt: number | null;
  /** Since when it is paused, or was when it left its file; null: it is not. */
  readonly pausedSince: number | null;
}
