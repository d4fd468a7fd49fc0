/** Backfills: what the engine writes of them, and what people read. */
import type { WallMs } from "../contract/time/wall-ms.ts";
import type { FoundTask, SlotSelection } from "../core/backfill/slot-class.ts";
import type { BackfillSpec, Slot } from "../core/backfill/slots.ts";
import type { NewDecision, NewTask } from "../core/decide/effects.ts";
import type { AdmitTasks } from "./running-tasks.ts";
import type { OutboxRow } from "./outbox-row.ts";

export type BackfillState = "running" | "paused" | "cancelled" | "finished";
export type SlotState = "waiting" | "active" | "complete" | "failed" | "cancelled";

/** How many slots are in each state. */
export type SlotCounts = Readonly<Record<SlotState, number>>;

export interface NewBackfill {
  readonly phaseId: number;
  readonly spec: BackfillSpec;
  readonly selection: SlotSelection;
  readonly children: boolean;
  readonly stopOnFailure: boolean;
  readonly maxActive: number;
  readonly total: number;
  readonly createdBy: string;
}

/** A backfill as the engine goes on with it. */
export interface OpenBackfill extends NewBackfill {
  readonly id: number;
  readonly state: BackfillState;
  readonly isPlanned: boolean;
  readonly cursor: Slot | null;
  readonly counts: SlotCounts;
}

/** A slot that waits, or whose task is unfinished. */
export interface OpenSlot extends Slot {
  readonly position: number;
}

/** The task of an active slot: the latest attempt of it. Null: its record was deleted. */
export interface ActiveSlot {
  readonly position: number;
  readonly recordId: number;
  /** Its latest attempt. */
  readonly latestId: number;
  readonly task: FoundTask | null;
}

export interface MadeTasks {
  /** Rows that this process owns and publishes now. */
  readonly outbox: readonly OutboxRow[];
  readonly made: number;
}

export interface BackfillStore {
  create(backfill: NewBackfill, decision: NewDecision, now: number): Promise<number>;
  /** Those that are not ended, oldest first. */
  open(): Promise<readonly OpenBackfill[]>;
  one(id: number): Promise<OpenBackfill | null>;
  /** Writes the next slots, in their order. `cursor`: how far the span was looked at; `isLast`: that was all of it. */
  addSlots(id: number, slots: readonly Slot[], cursor: Slot | null, isLast: boolean): Promise<void>;
  /** Slots that wait, in their order. */
  waiting(id: number, limit: number): Promise<readonly OpenSlot[]>;
  /**
   * Creates the tasks of slots that still wait, while the backfill is running. `admit` decides by the slots of its phase how
   * many of them, from the first on.
   */
  makeTasks(
    id: number,
    made: readonly { readonly position: number; readonly task: NewTask }[],
    now: number,
    admit: AdmitTasks | null,
  ): Promise<MadeTasks>;
  /** Slots with an unfinished task when last looked at, after this position. */
  active(id: number, after: number, limit: number): Promise<readonly ActiveSlot[]>;
  /** Their tasks have ended. */
  settle(
    id: number,
    ended: readonly {
      readonly position: number;
      readonly recordId: number;
      readonly state: "complete" | "failed" | "cancelled";
    }[],
  ): Promise<void>;
  /** Up to `limit` slots go from one state to the other. Returns how many did. */
  moveSlots(id: number, from: SlotState, to: SlotState, limit: number): Promise<number>;
  /** By a person, or by a rule of the backfill. False when it is not in one of the states `from`. */
  change(
    id: number,
    change: { readonly from: readonly BackfillState[]; readonly to: BackfillState; readonly note: string },
    decision: NewDecision,
    now: number,
  ): Promise<boolean>;
  /** Who cancelled it and why, as its decision says; empty when nobody finds it among the newest of its phase. */
  cancelledBy(id: number, phaseId: number): Promise<{ readonly by?: string; readonly reason?: string }>;
  /** Nothing is left to do. */
  end(id: number, now: number): Promise<void>;
  /** Whether messages of this topic wait for the bus. */
  isBusBehind(topic: string, now: number): Promise<boolean>;
}

export interface BackfillRow {
  readonly id: number;
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly state: BackfillState;
  readonly note: string;
  readonly selection: string;
  readonly max_active: number;
  readonly total: number;
  readonly waiting: number;
  readonly active: number;
  readonly complete: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly planned: number;
  readonly spec: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly ended_at: number | null;
}

export interface BackfillSlotRow {
  readonly position: number;
  readonly about_at: number;
  readonly row: number;
  readonly state: SlotState;
  readonly record_id: number | null;
}

export interface BackfillMinute {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly state: "complete" | "failed";
  readonly slots: number;
}

export interface BackfillFilter {
  readonly limit: number;
  /** The id of the last row of the page before. */
  readonly before: number | null;
  /** Null: any. */
  readonly state: BackfillState | null;
}

export interface BackfillQueries {
  /** Newest first. */
  list(filter: BackfillFilter): Promise<readonly BackfillRow[]>;
  one(id: number): Promise<BackfillRow | null>;
  /** Slots in one state (null: in any), in their order. */
  slots(id: number, state: SlotState | null, after: number, limit: number): Promise<readonly BackfillSlotRow[]>;
  /** Slots whose task ended at or after `since`, by minute; among the newest 20,000 that are complete, and that failed. */
  pace(id: number, since: number): Promise<readonly BackfillMinute[]>;
  /**
   * The tasks of a phase at these task times, the latest record first: at each of them, or at the first ones of them as soon as those have
   * many. Ask again for the rest.
   */
  tasksAt(phaseId: number, taskTimes: readonly (WallMs | null)[]): Promise<readonly (readonly FoundTask[])[]>;
}
