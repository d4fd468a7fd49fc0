import type { OutboxRow } from "./outbox-row.ts";
import type { TaskMessage } from "../contract/task-message.ts";
import type { Marker } from "../core/decide/by-hand/marks.ts";
import type { MadeTask } from "../core/decide/by-hand/current-task.ts";
import type { RetryDecider } from "../core/decide/by-hand/retry-task.ts";
import type { JoinReviewer } from "../core/decide/decider.ts";
import type { NewDecision } from "../core/decide/effects.ts";

/** What became of one task that a person named by one of its records. */
export interface ActedTask {
  /** The record that was named. */
  readonly recordId: number;
  /** The record that was changed, or made; null: none was. */
  readonly changed: number | null;
  /** Why nothing was done, without the name of the task; null: it was. */
  readonly refused: string | null;
  /** Of a cancel with children: how many tasks that followed were cancelled. */
  readonly followed?: number;
}

export interface Acted {
  /** Rows that this process owns and publishes now. */
  readonly outbox: readonly OutboxRow[];
  /** In the order of the ids. */
  readonly results: readonly ActedTask[];
}

/** What a person does to many tasks, in steps that a restart continues. */
export interface BulkJob {
  readonly id: number;
  /** `filling`: its tasks are being named, and it has not begun. */
  readonly state: "filling" | "running" | "done";
  readonly total: number;
  readonly changed: number;
  readonly refused: number;
  /** Who asked for it. */
  readonly by: string;
  /** The first of the refused ones. */
  readonly refusals: readonly { readonly record_id: number; readonly refused: string }[];
}

export interface BulkStep {
  readonly id: number;
  /** As it was given to `addToJob`. */
  readonly request: string;
  readonly items: readonly BulkItem[];
}

export interface BulkItem {
  readonly recordId: number;
  /** Of its task; empty when the record was deleted meanwhile. */
  readonly type: string;
}

/**
 * What people do with tasks, one transaction a call. With `jobId` the tasks are taken off that job in the same transaction. A
 * task is named by any of its records; what is done concerns its latest attempt.
 */
export interface ByHandStore {
  /** The tasks as they were sent, and what they were made of; without those that do not exist. */
  made(recordIds: readonly number[]): Promise<readonly (MadeTask & { readonly named: number })[]>;
  /** Makes the next attempt of each task, or a copy. */
  retry(recordIds: readonly number[], decider: RetryDecider, now: number, jobId?: number): Promise<Acted>;
  /**
   * Cancels what is unfinished, with the decision `why`; with `withChildren` also what is unfinished of all that followed.
   * `stop`: the tasks that a worker may have, as they were sent.
   */
  cancel(
    recordIds: readonly number[],
    request: { readonly why: NewDecision; readonly reviewer: JoinReviewer; readonly withChildren: boolean },
    now: number,
    jobId?: number,
  ): Promise<Acted & { readonly stop: readonly TaskMessage[] }>;
  /** Decides the result that a person gives, as if the worker had sent it. */
  mark(recordIds: readonly number[], marker: Marker, now: number, jobId?: number): Promise<Acted>;
  /** Adds tasks to a job that has not begun (`id` null: to a new one), and lets it begin. Null: there is no such job. */
  addToJob(
    job: { readonly id: number | null; readonly request: string; readonly begins: boolean },
    recordIds: readonly number[],
    now: number,
  ): Promise<BulkJob | null>;
  /** The next tasks of the oldest job after this one (0: of all) that runs; null: none does. */
  nextOfJob(after: number, limit: number, now: number): Promise<BulkStep | null>;
}
