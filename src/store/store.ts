/**
 * The port to the database: what the engine and the questions ask of it. Coarse and promise-returning: a write takes a
 * batch and a pure decision, reads the state the decision needs, writes its effects and commits once. No transaction
 * and no SQL leaves an adapter.
 */
import type { FileEvent } from "../contract/file-event.ts";
import type { TaskMessage } from "../contract/task-message.ts";
import type { Effects, NewAlert, NewDecision, NewTask, StoredTask, TaskState } from "../core/effects.ts";

/** A committed message that must go out now. */
export interface OutboxRow {
  readonly id: number;
  readonly topic: string;
  readonly payload: string;
}

/** One message of `done`, read before the transaction. */
export interface DoneMessage {
  readonly task: TaskMessage;
  /** From the `retry` meta; 0 without it, null when the meta does not say. */
  readonly attempt: number | null;
  readonly payload: string;
  readonly topic: string;
}

/** Facts beyond the record itself that a decision asks for. Each is an indexed read. */
export interface Needs {
  /** Whether the ancestors of the record must be read (a cyclic phase). */
  readonly ancestors: boolean;
  /** Phases with a cap: how many tasks hold a slot, and which ones wait. */
  readonly slots: readonly number[];
  readonly joins: readonly { readonly phaseId: number; readonly joinKey: string }[];
}

export interface SlotState {
  readonly active: number;
  /** Oldest first, at most 100. */
  readonly held: readonly number[];
}

export interface DoneState {
  /** The record that the message answers, as `match` chose it; null when Flowlord knows none. */
  readonly record: StoredTask | null;
  /** What `match` chose from. */
  readonly candidates: readonly StoredTask[];
  /** The attempt after `record` (same first attempt), in whatever state; null without one. */
  readonly retry: StoredTask | null;
  /** True when children of this task, by any of its attempts, were started before. */
  readonly childrenStarted: boolean;
  /** Phase and task time of the record itself and each ancestor, nearest first; empty unless asked for. */
  readonly ancestors: readonly { readonly phaseId: number; readonly taskTime: number | null }[];
  readonly slots: ReadonlyMap<number, SlotState>;
  /** By `phaseId|joinKey`: indexes of the parents that came, with the record that brought each, and whether the child was started. */
  readonly joins: ReadonlyMap<string, JoinState>;
}

export interface JoinState {
  readonly arrived: ReadonlyMap<number, number>;
  readonly started: boolean;
}

export interface DoneDecider {
  needs(message: DoneMessage): Needs;
  /**
   * Which of these the message answers. `candidates` have its id, type, job and info, and its created too when the
   * message has one: unfinished first, then the latest attempt; at most 50.
   */
  match(message: DoneMessage, candidates: readonly StoredTask[]): StoredTask | null;
  /** Pure. Throws MessageError to send the message to `dead_letters`. */
  decide(message: DoneMessage, state: DoneState): Effects;
}

export interface Committed {
  /** Rows this process owns and publishes now. */
  readonly outbox: readonly OutboxRow[];
  /** Messages that threw, one entry a message: already in `dead_letters`. */
  readonly rejected: number;
}

export interface DeadLetter {
  readonly topic: string;
  readonly payload: string;
  readonly reason: string;
  readonly code: string;
  readonly receivedAt: number;
}

export interface FileMessage {
  readonly event: FileEvent;
  /** The bus's id of the message: what a redelivery is known by. Null: always an event of its own. */
  readonly busId: string | null;
  readonly topic: string;
  readonly payload: string;
  readonly receivedAt: number;
  readonly taskTime: number | null;
}

export interface FileState {
  readonly slots: ReadonlyMap<number, SlotState>;
  /** By `phaseId|gatherKey`: files gathered so far that no task has taken yet, oldest first. */
  readonly gathered: ReadonlyMap<string, readonly GatheredFile[]>;
}

export interface GatheredFile {
  readonly matchId: number;
  readonly path: string;
}

export interface FileEffects extends Effects {
  /** Phases that matched; `tasks` of the effects belong to them by phase. */
  readonly matches: readonly { readonly phaseId: number; readonly gatherKey: string | null }[];
  /** Matches of earlier events that a gathered task of this phase takes. */
  readonly gatheredBy: readonly { readonly phaseId: number; readonly matchIds: readonly number[] }[];
}

export interface FileNeeds extends Needs {
  readonly gathered: readonly { readonly phaseId: number; readonly gatherKey: string }[];
}

export interface FileDecider {
  needs(message: FileMessage): FileNeeds;
  decide(message: FileMessage, state: FileState): FileEffects;
}

/** One due tick. */
export interface DueTick {
  readonly phaseId: number;
  /** The scheduled moment, milliseconds since 1970. */
  readonly scheduledAt: number;
}

export interface TickDecider {
  needs(tick: DueTick): Needs;
  decide(tick: DueTick, state: { readonly slots: ReadonlyMap<number, SlotState> }): Effects;
}

/** Where a schedule stands. `kind` tells the cron of the phase from its `expect_by`. */
export interface ScheduleRow {
  readonly phaseId: number;
  readonly kind: "cron" | "expect";
  /** Last moment that was decided (fired, skipped or passed over). */
  readonly cursorAt: number;
}

/** One version of one workflow file, as read. */
export interface LoadedFile {
  /** Name as in meta. */
  readonly name: string;
  /** Where it lies. */
  readonly path: string;
  readonly source: string;
  readonly checksum: string;
  readonly phases: readonly LoadedPhase[];
  readonly issues: readonly LoadedIssue[];
  /** False when the file has an error: the version is kept, but an earlier one stays in force. */
  readonly accepted: boolean;
}

export interface LoadedPhase {
  readonly key: string;
  readonly task: string;
  readonly type: string;
  readonly job: string;
  readonly dependsOn: string;
  readonly rule: string;
  readonly template: string;
  readonly retry: number;
  readonly line: number;
  /** Keys of the phases (same file) that are its parents, for `workflow_dependencies`. */
  readonly parents: readonly string[];
}

export interface LoadedIssue {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

export interface SavedFile {
  readonly name: string;
  readonly versionId: number;
  /** Row of `workflow_phases` by phase key. */
  readonly phaseIds: ReadonlyMap<string, number>;
}

/** The last good version of a file, for a start on which the file is broken. */
export interface AcceptedVersion {
  readonly name: string;
  readonly path: string;
  readonly versionId: number;
  readonly source: string;
}

export interface IncompleteTask {
  readonly recordId: number;
  readonly phaseId: number;
  readonly taskId: string;
  readonly type: string;
  readonly job: string;
  readonly meta: string;
  readonly taskTime: number | null;
  readonly deadlineAt: number;
}

export interface Store {
  // ---- decisions: each call is one transaction
  ingestDone(messages: readonly DoneMessage[], decider: DoneDecider, now: number): Promise<Committed>;
  ingestFiles(messages: readonly FileMessage[], decider: FileDecider, now: number): Promise<Committed>;
  /** Ticks at or before a schedule's cursor are passed over. The cursor of each phase ends at its last tick here. */
  fireTicks(ticks: readonly DueTick[], decider: TickDecider, now: number): Promise<Committed>;
  /** Root tasks made outside of tick, file and done: by hand. Answers the record ids. */
  createTasks(tasks: readonly NewTask[], now: number): Promise<Committed & { readonly recordIds: readonly number[] }>;
  /** Unfinished tasks past their deadline become `overdue`, in deadline order, at most `limit`. */
  expireTasks(
    now: number,
    limit: number,
    decide: (task: IncompleteTask) => { readonly alerts: readonly NewAlert[]; readonly decisions: readonly NewDecision[] },
  ): Promise<{ readonly expired: number; readonly outbox: readonly OutboxRow[] }>;
  /** Alerts and decisions without a message of their own: a missed tick, a broken file, a missing one. */
  record(entries: { readonly alerts: readonly NewAlert[]; readonly decisions: readonly NewDecision[] }, now: number): Promise<void>;

  // ---- outbox
  /** Free rows that are due, in due order, at most `limit` a topic; from now on owned by this process. */
  claimOutbox(now: number, limit: number, exceptTopics: readonly string[]): Promise<readonly OutboxRow[]>;
  /** Rows that the bus confirmed; deleted with the next transaction, or at `flush`. */
  outboxSent(ids: readonly number[]): void;
  /** Rows that could not be sent: free again, not before `dueAt`. */
  releaseOutbox(ids: readonly number[], dueAt: number): Promise<void>;
  /** When the next free row is due, null when there is none. */
  nextDueAt(): Promise<number | null>;
  /** Write what `outboxSent` has gathered. */
  flush(): Promise<void>;

  // ---- schedules and workflows
  schedules(): Promise<readonly ScheduleRow[]>;
  /** Set cursors without firing: new phases, ticks passed over. */
  moveCursors(rows: readonly ScheduleRow[], now: number): Promise<void>;
  /** Store what a reload found, in one transaction: versions, phases, dependencies, issues; files that are gone are marked. */
  saveWorkflows(files: readonly LoadedFile[], now: number): Promise<readonly SavedFile[]>;
  acceptedVersions(): Promise<readonly AcceptedVersion[]>;
  /** For `expect_by`: how many files matched this phase with this task time. */
  filesSeen(phaseId: number, taskTime: number | null): Promise<number>;

  // ---- dead letters
  addDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** Take letters out to be fed to their topic again; they are marked `redriven` and kept. */
  redriveDeadLetters(ids: readonly number[] | "all", now: number): Promise<readonly { readonly id: number; readonly topic: string; readonly payload: string }[]>;

  // ---- values that belong to one instance: watched files, offsets of the file bus
  getState(key: string): Promise<string | null>;
  putState(entries: ReadonlyMap<string, string | null>): Promise<void>;

  readonly questions: Questions;
  health(): StoreHealth;
  /** Flush, checkpoint, mark the stop as clean, release the lock. */
  close(): Promise<void>;
}

export interface StoreHealth {
  readonly ok: boolean;
  /** One sentence when not ok: disk full, read-only, integrity check failed. */
  readonly reason: string | null;
  readonly integrity: "clean" | "checking" | "checked" | "broken";
}

/** Reads for people: never in the way of the writer. */
export interface Questions {
  /** Newest first; `before` is the record id of the last row of the page before. */
  tasks(filter: TaskFilter): Promise<readonly TaskRow[]>;
  /** By record id, or by run id (then all records of the run, oldest first). */
  taskHistory(id: string): Promise<readonly TaskHistory[]>;
  deadLetters(filter: { readonly limit: number; readonly before: number | null; readonly includeRedriven: boolean }): Promise<readonly DeadLetterRow[]>;
  counts(): Promise<StoreCounts>;
}

export interface TaskFilter {
  readonly limit: number;
  readonly before: number | null;
  readonly type: string | null;
  readonly job: string | null;
  readonly result: string | null;
  readonly state: TaskState | null;
}

export interface TaskRow {
  readonly record_id: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  readonly msg: string;
  readonly result: string;
  readonly state: TaskState;
  readonly origin: string;
  readonly attempt: number;
  readonly workflow: string;
  readonly task_time: number | null;
  readonly created: number | null;
  readonly decided_at: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly finished_at: number | null;
}

export interface TaskHistory {
  readonly task: TaskRow;
  readonly parents: readonly { readonly record_id: number; readonly kind: string; readonly type: string; readonly job: string }[];
  readonly children: readonly { readonly record_id: number; readonly kind: string; readonly type: string; readonly job: string; readonly state: string; readonly result: string }[];
  readonly decisions: readonly DecisionRow[];
}

export interface DecisionRow {
  readonly id: number;
  readonly at: number;
  readonly code: string;
  readonly phase_id: number;
  /** The phase's task and workflow, for the sentence; null when the phase is unknown. */
  readonly phase: { readonly task: string; readonly workflow: string } | null;
  readonly task_time: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface DeadLetterRow {
  readonly id: number;
  readonly topic: string;
  readonly payload: string;
  readonly code: string;
  readonly reason: string;
  readonly received_at: number;
  readonly redriven_at: number | null;
}

export interface StoreCounts {
  readonly records: number;
  readonly unfinished: number;
  readonly outbox: number;
  readonly deadLetters: number;
  readonly bytes: number;
}
