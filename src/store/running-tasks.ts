import type { Scope } from "../contract/api/access/scope.ts";
import type { WallMs } from "../contract/time/wall-ms.ts";
import type { SlotState } from "../core/decide/decider.ts";
import type { NewTask, TaskState } from "../core/decide/effects.ts";
import type { OnRemoved } from "../core/workflow/phase.ts";

/** A task that its worker does not go on with. */
export interface LostTask {
  readonly recordId: number;
  readonly phaseId: number;
  readonly taskTime: WallMs | null;
  readonly state: TaskState;
  /** What the last report said; null without one. */
  readonly worker: string | null;
  readonly host: string | null;
  readonly pid: number | null;
  readonly reportedAt: number | null;
}

/** Tasks by state; the states that are no end. */
export type OpenTasks = Readonly<Record<"waiting" | "queued" | "sent" | "running" | "overdue", number>>;

/** What the workers have, in the spelling of the JSON; times are milliseconds since 1970. */
export interface RunningQueries {
  /** Tasks that run, and tasks that are with the bus or a worker that says nothing; the oldest of each type and job first. */
  tasks(request: RunningRequest): Promise<readonly RunningTask[]>;
  /** Tasks that have run for longest, by when they were made. */
  longest(limit: number): Promise<readonly LongestTask[]>;
  /** What was heard of the workers of each type and job since then. */
  workers(since: number): Promise<readonly WorkerActivity[]>;
}

export type LongestTask = Pick<RunningTask, "record_id" | "type" | "job" | "workflow" | "began_at" | "progress">;

export interface RunningRequest {
  readonly type: string | null;
  readonly job: string | null;
  /** At most so many of each state, type and job. */
  readonly limit: number;
  /** Default: everything. */
  readonly scope?: Scope | null;
}

export interface RunningTask {
  readonly record_id: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly state: TaskState;
  readonly attempt: number;
  readonly retries: number | null;
  readonly workflow: string;
  /** When it began, as its worker said; null while it is only sent. */
  readonly began_at: number | null;
  /** When it was due to be sent. */
  readonly due_at: number;
  readonly deadline_at: number | null;
  readonly worker: string | null;
  readonly host: string | null;
  readonly pid: number | null;
  readonly log: string | null;
  /** 0 to 1. */
  readonly progress: number | null;
  readonly msg: string | null;
  readonly reported_at: number | null;
}

export interface WorkerActivity {
  readonly type: string;
  readonly job: string;
  readonly sent: number;
  readonly running: number;
  /** By results that came of tasks made since then. */
  readonly done: number;
  readonly failed: number;
  /** The last report or result; null: none is known. */
  readonly last_heard: number | null;
  /** The workers that have reported the tasks that run. */
  readonly instances: readonly WorkerInstance[];
}

export interface WorkerInstance {
  readonly worker: string;
  readonly host: string;
  readonly pid: number | null;
  readonly running: number;
  readonly last_heard: number;
}

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
