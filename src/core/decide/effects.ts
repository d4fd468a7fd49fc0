import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { TaskMessage } from "../../contract/task-message.ts";
import type { JoinMembership } from "./joins/join-key.ts";
import type { Severity } from "../workflow/phase.ts";

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
  /** Alerts that this resolves. */
  readonly resolves: readonly ResolvedCause[];
  /** The task of the record is done well: its own occurrences in alerts are resolved. Null: it is not. */
  readonly completed: CompletedTask | null;
  readonly decisions: readonly NewDecision[];
  /** Records of tasks that waited for a slot and get one now: they become `queued` and are sent. */
  readonly release: readonly number[];
  /** Records of waiting retries that are no longer needed. */
  readonly cancel: readonly number[];
  /** What the message does to the joins that wait for its task, whether or not one is complete now. */
  readonly joins: readonly JoinArrival[];
  /** Canonical paths of files that the record reported, and that some phase waits for. */
  readonly reports: readonly string[];
  /** Keep the message itself too, with this reason: it was recorded, but Flowlord cannot act on it. */
  readonly deadLetter: { readonly code: string; readonly reason: string } | null;
}

export const NO_EFFECTS: Effects = {
  record: null,
  tasks: [],
  sends: [],
  alerts: [],
  resolves: [],
  completed: null,
  decisions: [],
  release: [],
  cancel: [],
  joins: [],
  reports: [],
  deadLetter: null,
};

/**
 * `waiting`: not to be sent yet (a retry's delay, no slot free) · `queued`: in the outbox · `sent`: the bus confirmed it, nobody
 * has said that it began · `running`: its worker said so · `overdue`: past its deadline without a result · `finished`: has a result · `cancelled`: will not be sent.
 */
export type TaskState = "waiting" | "queued" | "sent" | "running" | "overdue" | "finished" | "cancelled";
export const TASK_STATES: readonly TaskState[] = [
  "waiting",
  "queued",
  "sent",
  "running",
  "overdue",
  "finished",
  "cancelled",
];

/** On its way to a worker, or with one, in time. */
export function isUnderWay(state: TaskState): boolean {
  return state === "queued" || state === "sent" || state === "running";
}

export type TaskOrigin = "tick" | "child" | "retry" | "file" | "manual" | "external" | "backfill";

/** The fields of a row of `task_records` that decisions use. */
export interface StoredTask {
  readonly recordId: number;
  readonly state: TaskState;
  readonly result: string;
  readonly attempt: number;
  /** Record of attempt 0 of the same task; its own id when it is that. */
  readonly firstAttemptId: number;
  readonly created: number | null;
  readonly phaseId: number;
  /** It counts against `max_active` or `overlap` of its phase until it is finished or cancelled. */
  readonly holdsSlot: boolean;
  /** A person ended it: later messages about it are recorded and start nothing. */
  readonly closed: boolean;
}

export type RecordChange =
  /** A task that Flowlord did not send, or another attempt than it knows. */
  | { readonly kind: "insert"; readonly task: NewTask; readonly outcome: Outcome }
  | {
      readonly kind: "finish";
      readonly recordId: number;
      readonly outcome: Outcome;
      /** A person gave it this result. */
      readonly closes?: boolean;
    };

/** What the message on `done` reported. Times in milliseconds since 1970. */
export interface Outcome {
  readonly result: string;
  readonly msg: string;
  readonly meta: string;
  readonly started: number | null;
  readonly ended: number | null;
}

export interface NewTask {
  /** As it goes on the bus; its `created` is cut to seconds, as the worker sends it back. */
  readonly message: TaskMessage;
  readonly origin: TaskOrigin;
  readonly state: TaskState;
  /** When to send, milliseconds since 1970; ignored for `finished`, and for `waiting` with `held` set. */
  readonly dueAt: number;
  /** Waits for a slot of its phase, or for its resume, instead of a time. */
  readonly held: boolean;
  readonly attempt: number;
  /** Record of attempt 0 of the same task. Null: this record itself, or, for a retry, the record that the decision is about. */
  readonly firstAttemptId: number | null;
  readonly taskTime: WallMs | null;
  /** 0 when no phase is known. */
  readonly phaseId: number;
  readonly versionId: number;
  /** The tick that made it. */
  readonly scheduledAt: number | null;
  /** Index among the tasks that one phase made in one decision. */
  readonly position: number;
  /** Without a result by then, the alert `incomplete` is raised; null for finished ones. */
  readonly deadlineAt: number | null;
  readonly holdsSlot: boolean;
  /** How it follows from the record of the decision (or from another one), null for roots. */
  readonly relation: Relation | null;
  /** The joins that wait for it. */
  readonly joins?: readonly JoinMembership[];
  /** The file that its meta names instead of its gathered files; to be written before the task is sent. */
  readonly fileList?: FileList;
  /** An attempt that begins anew: what followed from the attempts before it follows once more from this one. */
  readonly restarts?: boolean;
  readonly decision: NewDecision;
}

/** Gathered files that are too many for a message. */
export interface FileList {
  /** Of the file that lists them, absolute. */
  readonly path: string;
  readonly files: readonly string[];
}

export interface Relation {
  readonly kind: "triggered" | "retry" | "failed_retry" | "file" | "backfill" | "join";
  /** Null: the record that the decision is about, which may have no id yet. */
  readonly parentId: number | null;
}

export interface NewMessage {
  readonly topic: string;
  readonly payload: string;
}

export interface NewDecision {
  readonly code: DecisionCode;
  /** 0 when no phase is concerned. */
  readonly phaseId: number;
  readonly taskTime: WallMs | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Every code a row of `decisions` can have; core/why/explain.ts has a sentence for each. */
export type DecisionCode =
  | "tick_fired"
  | "tick_skipped"
  | "tick_missed"
  | "tick_late"
  | "batch_empty"
  | "child_started"
  | "require_missing"
  | "join_waiting"
  | "cycle"
  | "overlap_skipped"
  | "child_exists"
  | "no_rows"
  | "retry_scheduled"
  | "retries_exhausted"
  | "retry_cancelled"
  | "result_recorded"
  | "result_unknown"
  | "duplicate_ignored"
  | "late_result"
  | "failed_fed_back"
  | "phase_unknown"
  | "file_matched"
  | "file_unmatched"
  | "file_repeated"
  | "file_redriven"
  | "file_gathering"
  | "file_missing"
  | "file_not_new"
  | "template_open"
  | "task_too_large"
  | "held"
  | "released"
  | "held_cancelled"
  | "phase_retired"
  | "phase_paused"
  | "phase_resumed"
  | "pause_dropped"
  | "drained"
  | "drain_ended"
  | "incomplete"
  | "requeued"
  | "alert_suppressed"
  | "created_by_hand"
  | "retried_by_hand"
  | "copied_by_hand"
  | "cancelled_by_hand"
  | "marked_by_hand"
  | "note_added"
  | "note_removed"
  | "backfilled"
  | "backfill_changed"
  | "backfill_cancelled"
  | "external_task"
  | "published"
  | "redriven"
  | "restore_held"
  | "restore_found"
  | "restore_accepted"
  | "restore_dropped"
  | "removal_accepted"
  | "imported";

export type AlertType =
  | "retry_exhausted"
  | "alert_result"
  | "incomplete"
  | "send_failed"
  | "file_missing"
  | "file_unmatched"
  | "template_open"
  | "task_too_large"
  | "workflow_invalid"
  | "config_invalid"
  | "workflows_vanished"
  | "schedule_missed"
  | "clock_set_back"
  | "dead_letter"
  | "database_size"
  | "database_down"
  | "disk_full"
  | "retention_begins"
  | "backup_failed"
  | "database_restored"
  | "archive_failed"
  | "restore_held"
  | "bus_down"
  | "watch_down"
  | "no_worker"
  | "phase_paused";

export interface NewAlert {
  readonly type: AlertType;
  readonly severity: Severity;
  /** Sent at once, or gathered into the next summary. */
  readonly atOnce: boolean;
  /** What distinguishes causes besides type, task type, job and task time: a file, a bus, a channel. */
  readonly cause: string;
  readonly taskId: string;
  readonly taskType: string;
  readonly job: string;
  readonly taskTime: WallMs | null;
  readonly taskCreated: number | null;
  readonly workflow: string;
  /** Meta of the task, a query string: matchers compare their labels with it. */
  readonly labels: string;
  /** Channels that the rule names; empty: those whose matchers match it. */
  readonly notify: readonly string[];
  readonly message: string;
  readonly phaseId: number;
  /** The task as it came, JSON; empty unless its channels are notified at once. */
  readonly task: string;
}

/** What a message on `done` says of the task that completed. */
export interface CompletedTask {
  readonly taskType: string;
  readonly job: string;
  readonly taskTime: WallMs | null;
  /** The run. */
  readonly taskId: string;
  readonly workflow: string;
}

/** Which alerts are resolved: every unresolved one with all of this. */
export interface ResolvedCause {
  readonly type: AlertType;
  readonly taskType: string;
  readonly job: string;
  readonly taskTime: WallMs | null;
  readonly cause: string;
  /** The workflow file; empty for alerts of none. */
  readonly workflow: string;
  /** Why it is resolved. */
  readonly note: string;
}

/** A task that a join waits for is done. */
export interface JoinArrival {
  /** Phase of the child. */
  readonly phaseId: number;
  readonly joinKey: string;
  /** Name of the task. */
  readonly member: string;
  readonly state: "complete" | "failed";
  /** The join did not know the task: the message brings it. */
  readonly isNew: boolean;
  /** Attempt 0 of the task in whose place this one was made; null: none. */
  readonly replaces: number | null;
  /** The child was started before and this task came after it: forget the others first. */
  readonly restart: boolean;
  /** Names of the parents' completed tasks. */
  readonly parents: readonly string[];
}
