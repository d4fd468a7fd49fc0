import type { TaskMessage } from "../contract/task-message.ts";
import type { Severity } from "./phase.ts";

/**
 * What a decision wants done, as plain data. The store writes all effects of one decision, or none, in the
 * transaction that also records the message or tick that caused it.
 */
export interface Effects {
  /** The change to the task record that the message answers; null for ticks, files and ignored messages. */
  readonly record: RecordChange | null;
  readonly tasks: readonly NewTask[];
  /** Messages that belong to no new task, like the one to the failed topic. */
  readonly sends: readonly NewMessage[];
  readonly alerts: readonly NewAlert[];
  readonly decisions: readonly NewDecision[];
  /** Records of held tasks whose turn has come: they become `queued` and are sent. */
  readonly release: readonly number[];
  /** Records of waiting retries that are no longer wanted. */
  readonly cancel: readonly number[];
  /** A parent that completed for a phase with `join = all`, whether or not the join is now whole. */
  readonly joins: readonly JoinArrival[];
  /** Keep the message itself too, with this reason: it was recorded, but cannot be acted upon. */
  readonly deadLetter: { readonly code: string; readonly reason: string } | null;
}

export const NO_EFFECTS: Effects = {
  record: null,
  tasks: [],
  sends: [],
  alerts: [],
  decisions: [],
  release: [],
  cancel: [],
  joins: [],
  deadLetter: null,
};

/**
 * `waiting`: not to be sent yet (a retry's delay, a held slot) · `queued`: in the outbox, on the bus or with a worker ·
 * `overdue`: past its deadline without a result · `finished`: has a result · `cancelled`: will not be sent.
 */
export type TaskState = "waiting" | "queued" | "overdue" | "finished" | "cancelled";
export const TASK_STATES: readonly TaskState[] = ["waiting", "queued", "overdue", "finished", "cancelled"];

export type TaskOrigin = "tick" | "child" | "retry" | "file" | "manual" | "external" | "backfill";
