/**
 * The database port: what the engine writes and what everybody reads. Coarse and promise-returning: a write takes a batch
 * and a pure decider, reads the state that the decider needs, writes its effects and commits once. No transaction and no
 * SQL leaves an adapter.
 */
import type { RedactRules } from "../contract/redact/rules.ts";
import type { ByHand } from "../contract/api/from-person.ts";
import type { LoadedFile, SavedFile, AcceptedVersion, PausedPhase } from "./workflow-versions.ts";
import type { WallMs } from "../contract/time/wall-ms.ts";
import type {
  DoneDecider,
  DoneMessage,
  DueTick,
  FileDecider,
  FileMessage,
  FileRedecider,
  IncompleteTask,
  JoinReviewer,
  SlotState,
  TickDecider,
} from "../core/decide/decider.ts";
import type { MaintenanceStore } from "../contract/live/maintenance-store.ts";
import type { LegacyQueries } from "./legacy-queries.ts";
import type { LogQueries } from "./log-queries.ts";
import type { LostTask, OpenTasks, RunningQueries, AdmitTasks, HeldPhase } from "./running-tasks.ts";
import type { StatsQueries } from "./stats-queries.ts";
import type { TaskFilter, TaskPage, TaskRow, TaskSearchRequest, TaskViewQueries } from "./task-queries.ts";
import type { NewAlert, NewDecision, NewMessage, NewTask, ResolvedCause } from "../core/decide/effects.ts";
import type { AccessQueries, AccessStore, PlaceQueries } from "./access-store.ts";
import type { AlertQueries, AlertStore } from "./alert-store.ts";
import type { BackupQueries, BackupStore } from "./backup/backup-store.ts";
import type { HeldQueries, HeldStore } from "./backup/held-store.ts";
import type { Journal } from "./backup/journal.ts";
import type { BackfillQueries, BackfillStore } from "./backfill-store.ts";
import type { OutboxRow, RefusedRow, RefusedTask, SentRow } from "./outbox-row.ts";
import type { LineageQueries } from "./lineage-queries.ts";
import type { ByHandStore } from "./by-hand-store.ts";
import type { NoteQueries, NoteStore } from "./notes.ts";
import type { PauseStore } from "./pauses.ts";
import type { PhaseQueries, WorkflowQueries } from "./workflow-queries.ts";
import type { RetentionQueries, RetentionStore } from "./retention/retention-store.ts";
import type { WatchedFiles } from "./watched-files.ts";
import type { ScheduleCursor, ScheduleRow, ClockSetBack } from "./schedule-rows.ts";
import type { DecisionRow } from "../core/why/explain.ts";
import type { ChangeEvents, LiveQueries } from "../contract/live/changes.ts";
import type { IdempotentAnswers } from "../contract/live/idempotent-answers.ts";
import type { DatabaseQueries } from "../contract/live/database-metrics.ts";
import type { FileQueries, FinishGathered, GatheringRow, RedrivenFile } from "./file-queries.ts";

export type StoreErrorCode =
  | "locked"
  | "newer_schema"
  | "older_schema"
  | "older_program"
  | "interrupted"
  | "foreign_database"
  | "not_a_database"
  | "cannot_open"
  | "read_only"
  | "disk_full"
  | "corrupt"
  | "busy"
  | "moved"
  | "io"
  | "question_timeout"
  | "closed"
  | "migration";

/** An error of the complete database; the message says what happened, where, and what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
    this.code = code;
  }
}

export interface Committed {
  /** Rows that this process owns and publishes now. */
  readonly outbox: readonly OutboxRow[];
  /** Number of messages whose decision threw; they are in `dead_letters`. */
  readonly rejected: number;
}

export interface DeadLetter {
  readonly topic: string;
  readonly payload: string;
  readonly reason: string;
  readonly code: string;
  readonly receivedAt: number;
}

export interface OpenDeadLetter {
  readonly id: number;
  readonly topic: string;
  readonly payload: string;
  /** Length of the complete message in bytes when `payload` is only its beginning; null when it is complete. */
  readonly bytes: number | null;
}

/** Who redrives dead letters, and why; `edited`: with another payload. */
export interface Redrive extends ByHand {
  readonly edited: boolean;
}

/** A moment of a schedule that was decided without a task: skipped, or only checked. */
export interface PassedMoment {
  /** The schedule's cursor afterwards. */
  readonly schedule: ScheduleCursor;
  readonly alerts: readonly NewAlert[];
  readonly decisions: readonly NewDecision[];
}

/** Which matches of a phase count: those with a task time in (after, until], and those without a task time since
 * `untimedSince`. */
export interface FilesSpan {
  readonly phaseId: number;
  readonly taskTimeAfter: WallMs;
  readonly taskTimeUntil: WallMs;
  readonly untimedSince: number;
}

export interface Store extends ChangeEvents {
  // ---- decisions: each call is one transaction
  ingestDone(messages: readonly DoneMessage[], decider: DoneDecider, now: number): Promise<Committed>;
  ingestFiles(messages: readonly FileMessage[], decider: FileDecider, now: number): Promise<Committed>;
  /**
   * Decides stored events once more and writes the effects, as for a new event. With `dryRun` nothing is written.
   * `results` are in the order of `ids`, without ids that do not exist.
   */
  redriveFiles(
    ids: readonly number[],
    decider: FileRedecider,
    now: number,
    dryRun: boolean,
  ): Promise<Committed & { readonly results: readonly RedrivenFile[] }>;
  /** Files of the phase that wait for more of them, a row a task time. */
  gathering(phaseId: number): Promise<readonly GatheringRow[]>;
  /** Makes the task of gathered files; no record id when none wait any more. */
  finishGathered(finish: FinishGathered, now: number): Promise<Committed & { readonly recordIds: readonly number[] }>;
  /**
   * Ticks and passed moments at or before their schedule's cursor were decided before and are ignored. The cursor of
   * each schedule moves to its last moment here.
   */
  fireTicks(
    ticks: readonly DueTick[],
    decider: TickDecider,
    now: number,
    passed?: readonly PassedMoment[],
  ): Promise<Committed>;
  /**
   * Root tasks created by hand, not by a tick, file or result. Returns the record ids. `admit` decides by the slots of
   * the phases that it names which of them wait; when it throws, none is created.
   */
  createTasks(
    tasks: readonly NewTask[],
    now: number,
    admit?: AdmitTasks,
  ): Promise<Committed & { readonly recordIds: readonly number[] }>;
  /** Unfinished tasks past their deadline become `overdue`, in deadline order, at most `limit`. */
  expireTasks(
    now: number,
    limit: number,
    decide: (task: IncompleteTask) => {
      readonly alerts: readonly NewAlert[];
      readonly decisions: readonly NewDecision[];
    },
  ): Promise<{ readonly expired: number }>;
  /** Running tasks whose worker is lost: it promised another report and did not send it. They become `sent`; at most `limit`. */
  expireLeases(
    now: number,
    limit: number,
    decide: (task: LostTask) => NewDecision,
  ): Promise<{ readonly expired: number }>;
  /** For each phase with held tasks: `choose` picks the ones to queue now. */
  releaseHeld(choose: (phaseId: number, slots: SlotState) => readonly number[], now: number): Promise<Committed>;
  /** Phases with held tasks, by id, also those that left their file. */
  heldPhases(): Promise<readonly HeldPhase[]>;
  /** The oldest tasks of a phase that wait for a slot, at most 100. */
  heldTasks(phaseId: number): Promise<readonly number[]>;
  /**
   * Cancels those of these tasks that are unfinished, each with the decision `why`, and decides the joins that wait for them in
   * the same transaction.
   */
  cancelTasks(
    recordIds: readonly number[],
    why: NewDecision,
    reviewer: JoinReviewer,
    now: number,
  ): Promise<Committed & { readonly cancelled: readonly number[] }>;
  /** Decides the instances of a join once more that have started no child, if a task of them was made after `since`. */
  reviewJoins(phaseId: number, since: number, reviewer: JoinReviewer, now: number): Promise<Committed>;
  /** Alerts, resolved causes and decisions that belong to no message, like those of a broken file. */
  record(
    entries: {
      readonly alerts: readonly NewAlert[];
      readonly decisions: readonly NewDecision[];
      readonly resolves?: readonly ResolvedCause[];
    },
    now: number,
  ): Promise<void>;

  // ---- outbox
  /** Free rows that are due, in due order, at most `limit` a topic; this process owns them from now on. */
  claimOutbox(now: number, limit: number, exceptTopics: readonly string[]): Promise<readonly OutboxRow[]>;
  /** Rows that the bus confirmed; deleted with the next transaction, or at `flush`. */
  outboxSent(rows: readonly SentRow[]): void;
  /** Rows that could not be sent: free again, not before `dueAt`. */
  releaseOutbox(ids: readonly number[], dueAt: number): Promise<void>;
  /**
   * Rows that the bus does not accept as they are: free again, not before `dueAt`, and an alert each. `alertOf` is given
   * the task, null for a message without one. Returns the ids of rows with a task.
   */
  refuseOutbox(
    refused: readonly RefusedRow[],
    alertOf: (row: RefusedRow, task: RefusedTask | null) => NewAlert,
    dueAt: number,
    now: number,
  ): Promise<readonly number[]>;
  /** When the next free row is due, null without one. */
  nextDueAt(exceptTopics: readonly string[]): Promise<number | null>;
  /** Messages without a task; they go through the outbox too. */
  enqueue(messages: readonly NewMessage[], now: number, decisions?: readonly NewDecision[]): Promise<Committed>;
  /** Write what `outboxSent` collected. Returns when to call it again if no other write comes; null: it need not be. */
  flush(): Promise<number | null>;

  // ---- schedules and workflows
  schedules(): Promise<readonly ScheduleRow[]>;
  /**
   * Set cursors without firing, with what they belong to: new and changed schedules, and those that left. With `setBack` the messages
   * of the outbox that wait for a delay, deadlines and notifications that are tried again follow the clock: what was due is due, the
   * others wait as long as before.
   */
  moveCursors(rows: readonly ScheduleRow[], now: number, setBack?: ClockSetBack | null): Promise<void>;
  /** Store the result of a reload in one transaction: versions, phases, dependencies, issues; missing files are marked. */
  saveWorkflows(files: readonly LoadedFile[], now: number): Promise<readonly SavedFile[]>;
  acceptedVersions(): Promise<readonly AcceptedVersion[]>;
  /** Phases in force whose files say `paused`. */
  pausedPhases(): Promise<readonly PausedPhase[]>;
  /** For `expect_by`: how many different files matched the phase in that range. */
  filesSeen(span: FilesSpan): Promise<number>;

  // ---- dead letters
  /** Stores messages that could not be parsed, of a large one the first 64 KiB, its length and its hash. */
  addDeadLetters(deadLetters: readonly DeadLetter[]): Promise<void>;
  /** Dead letters that were not redriven, oldest first: those of `ids`, or the first `limit` after the id `after`. */
  openDeadLetters(
    request: { readonly ids: readonly number[] } | { readonly after: number; readonly limit: number },
  ): Promise<readonly OpenDeadLetter[]>;
  /** Marks dead letters as redriven and keeps them. Returns those that were open. */
  redriveDeadLetters(ids: readonly number[] | "all", redrive: Redrive, now: number): Promise<readonly OpenDeadLetter[]>;

  // ---- values of one instance: watched files, offsets of the file bus
  getState(key: string): Promise<string | null>;
  putState(entries: ReadonlyMap<string, string | null>): Promise<void>;

  /** Alerts: notifications, silences, and what people did about them. */
  readonly alerts: AlertStore;

  readonly backfills: BackfillStore;

  readonly backups: BackupStore;
  /** Null: nobody ships its log of changes. */
  readonly journal: Journal | null;

  /** What waits for a decision after a restore. */
  readonly held: HeldStore;

  /** Pauses that people asked for. */
  readonly pauses: PauseStore;

  readonly notes: NoteStore;

  /** Of requests that a client may send again. */
  readonly answers: IdempotentAnswers;

  readonly access: AccessStore;

  /** How long history is kept, and its deletion. */
  readonly retention: RetentionStore;

  /** Files that the folder watcher announced before. */
  readonly watchedFiles: WatchedFiles;

  /** What people do with tasks. */
  readonly byHand: ByHandStore;

  // ---- search
  /** From now on a search finds nothing by what these hide. */
  useRedactRules(rules: RedactRules): Promise<void>;
  /** Index the terms of up to about `max` records that the index lags behind; returns how many, and whether more wait. */
  indexSearch(max: number): Promise<{ readonly taken: number; readonly isMore: boolean }>;

  /** What the file itself needs now and then. */
  readonly maintenance: MaintenanceStore;
  readonly reads: ReadStore;
  health(): StoreHealth;
  /**
   * Checks that the open database is still the one at its path, and can be written; `health` reports what it found. Call it
   * every few seconds.
   */
  watch(): Promise<void>;
  /** Flush, checkpoint, mark the stop as clean, release the lock. */
  close(): Promise<void>;
}

export interface StoreHealth {
  readonly ok: boolean;
  /** One sentence when not ok: locked, disk full, read-only, moved, damaged. */
  readonly reason: string | null;
  /** Of the check for damage; `clean`: none was due, `failed`: it ended without a result. */
  readonly integrity: "clean" | "checking" | "checked" | "broken" | "failed";
}

/** Queries for people; they never block the writer. */
export interface ReadStore extends LiveQueries, DatabaseQueries {
  /** Newest first; `before` is the record id of the last row of the page before. */
  tasks(filter: TaskFilter): Promise<readonly TaskRow[]>;
  readonly stats: StatsQueries;
  readonly views: TaskViewQueries;
  readonly legacy: LegacyQueries;
  /** The records that match the query, whatever their age. */
  searchTasks(request: TaskSearchRequest): Promise<TaskPage>;
  /** By record id, or by run id (then all records of the run, oldest first). */
  taskHistory(id: string): Promise<readonly TaskHistory[]>;
  deadLetters(filter: {
    readonly limit: number;
    readonly before: number | null;
    readonly includeRedriven: boolean;
  }): Promise<readonly DeadLetterRow[]>;
  counts(): Promise<StoreCounts>;
  readonly files: FileQueries;
  /** Tasks that run, and the workers that have them. */
  readonly running: RunningQueries;
  /** Tasks as their logs need them. */
  readonly logs: LogQueries;
  readonly alerts: AlertQueries;
  readonly backfills: BackfillQueries;
  readonly backups: BackupQueries;
  readonly held: HeldQueries;
  readonly notes: NoteQueries;
  readonly phases: PhaseQueries;
  readonly workflows: WorkflowQueries;
  readonly access: AccessQueries;
  /** Of what a row is, for the scope of who asks. */
  readonly places: PlaceQueries;
  readonly retention: RetentionQueries;
  /** Who came from whom, and why. */
  readonly lineage: LineageQueries;
}

export interface TaskHistory {
  readonly task: TaskRow;
  readonly parents: readonly {
    readonly record_id: number;
    readonly kind: string;
    readonly type: string;
    readonly job: string;
  }[];
  readonly children: readonly {
    readonly record_id: number;
    readonly kind: string;
    readonly type: string;
    readonly job: string;
    readonly state: string;
    readonly result: string;
  }[];
  /** There are more children than the 100 listed; the run's tree (`lineage.run`) has them all. */
  readonly more_children: boolean;
  readonly decisions: readonly DecisionRow[];
}

export interface DeadLetterRow {
  readonly id: number;
  readonly topic: string;
  readonly payload: string;
  /** Length in bytes and SHA-256 (hex) of the complete message when `payload` is only its beginning; null when it is complete. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly code: string;
  readonly reason: string;
  readonly received_at: number;
  readonly redriven_at: number | null;
  /** Who redrove it, and why; empty while it is open. */
  readonly redriven_by: string;
  readonly redriven_reason: string;
}

export interface StoreCounts {
  readonly records: number;
  readonly unfinished: number;
  readonly open: OpenTasks;
  readonly outbox: number;
  readonly deadLetters: number;
  readonly bytes: number;
}
