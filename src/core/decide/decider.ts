/**
 * The input of a decision: the message or tick, and the facts that the store read for it. The store reads exactly the
 * facts that `needs` names, calls `decide`, and writes the effects it returns, all in one transaction.
 */
import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { FileEvent } from "../../contract/file-event.ts";
import type { TaskMessage } from "../../contract/task-message.ts";
import type { TaskReport } from "../../contract/task-report.ts";
import type { Effects, NewAlert, NewDecision, StoredTask } from "./effects.ts";
import type { Alignment } from "../glob/glob-align.ts";
import type { JoinMembership } from "./joins/join-key.ts";
import type { Values } from "../task/values.ts";

/** Why a message became a dead letter. */
export interface ValidationError {
  readonly code: string;
  readonly reason: string;
}

/** An alert whose cause occurred this many times. */
export interface RepeatedAlert {
  readonly alert: NewAlert;
  readonly times: number;
}

/** One message of `done`, read before the transaction. */
export interface DoneMessage {
  readonly task: TaskMessage;
  readonly meta: Values;
  /** From the `retry` meta, 0 or more; null when the meta does not say. */
  readonly attempt: number | null;
  readonly taskTime: WallMs | null;
  /** `task.created` in ms since 1970; null without one. */
  readonly created: number | null;
  readonly payload: string;
  readonly topic: string;
  /** The result is not its worker's: a person gave it. */
  readonly byHand?: { readonly by: string; readonly reason: string };
  /** It is no result: its worker says that it goes on. */
  readonly report?: TaskReport | null;
  /** It may have been handled before a restore to an earlier time: what follows from it waits for somebody's decision. */
  readonly reread?: boolean;
}

/** What a report does to the record of its task. Times in milliseconds since 1970. */
export interface RunningReport {
  readonly recordId: number;
  readonly report: TaskReport;
  readonly msg: string;
  readonly beganAt: number;
  /** Null: the deadline stays. */
  readonly deadlineAt: number | null;
  /** Another worker has the task now, or none. */
  readonly decisions: readonly NewDecision[];
}

/** The worker that reported a task last. */
export interface ReportedWorker {
  readonly worker: string;
  readonly host: string;
  readonly pid: number | null;
  readonly reportedAt: number;
}

/** Facts beyond the record itself that a decision needs. Each is an indexed read. */
export interface Needs {
  /** Whether the ancestors of the record must be read (a cyclic phase). */
  readonly ancestors: boolean;
  /** Phases with a cap: how many tasks hold a slot, and which ones wait. */
  readonly slots: readonly number[];
  readonly joins: readonly JoinNeed[];
}

/** A join that waits for the task of the message, or that the task may belong to. */
export interface JoinNeed {
  /** Phase of the child. */
  readonly phaseId: number;
  /** Where to look for its instance when the join does not know the task. */
  readonly membership: JoinMembership;
}

export interface SlotState {
  readonly active: number;
  /** The oldest record with a slot; null or absent when there is none. */
  readonly oldest?: number | null;
  /** Oldest first, at most 100. */
  readonly held: readonly number[];
}

/** One instance of a join: all but the task that the message is about. */
export interface JoinState {
  readonly joinKey: string;
  readonly started: boolean;
  /** The state of the task itself; null: the join does not know it. */
  readonly own: "open" | "complete" | "failed" | null;
  /** Attempt 0 of the task in whose place the one of the message was made. */
  readonly replaces: number | null;
  /** Names of the tasks in each state, with the record of one of them. */
  readonly open: ReadonlyMap<string, number>;
  readonly complete: ReadonlyMap<string, number>;
  readonly failed: ReadonlyMap<string, number>;
  /** Reads, when the join is complete. */
  readonly details: () => JoinDetails;
}

export interface JoinDetails {
  /** The completed and failed ones, in any order. */
  readonly results: readonly JoinResult[];
  /** Task time of the task that all came of; null when there is no such task. */
  readonly ancestorTime: WallMs | null;
  /** Meta of the newest result of the task itself; empty without one. */
  readonly ownMeta: string;
}

export interface JoinResult {
  readonly member: string;
  readonly state: "complete" | "failed";
  readonly firstAttemptId: number;
  /** Id of the run. */
  readonly taskId: string;
  readonly taskTime: WallMs | null;
  /** As its worker reported it last; empty when it failed without any result. */
  readonly meta: string;
}

/** What a `done` decision needs besides. */
export interface DoneNeeds extends Needs {
  /** Whether the store must check for children of the task that were started before. */
  readonly children: boolean;
  /** Phases whose tasks do not count as such: they also start when their parent fails. */
  readonly startedByFailure: readonly number[];
}

/** Which record a message answers. */
export interface MatchedRecord<T extends StoredTask> {
  /** Null when there is none. */
  readonly record: T | null;
  /** Those it may have answered, the likeliest first, at most 50. */
  readonly candidates: readonly T[];
  /** Record of attempt 0 of the task that the message is about; null when none matches. */
  readonly firstAttemptId: number | null;
}

export interface DoneState {
  /** The record that the message answers, as `match` chose it; null when there is none. */
  readonly record: StoredTask | null;
  /** As `match` returned them. */
  readonly candidates: readonly StoredTask[];
  /** The latest attempt after `record` (same first attempt), in whatever state; null without one. */
  readonly retry: StoredTask | null;
  /** True when children of this task, by any of its attempts, were started before; false unless requested. */
  readonly childrenStarted: boolean;
  /** Phase and task time of the record itself and each ancestor, nearest first; empty unless requested. */
  readonly ancestors: readonly { readonly phaseId: number; readonly taskTime: WallMs | null }[];
  readonly slots: ReadonlyMap<number, SlotState>;
  /** By the phase of the child. */
  readonly joins: ReadonlyMap<number, JoinState>;
  /** Records of tasks that were created by then may have been deleted; null or missing: none was. */
  readonly deletedThrough?: number | null;
}

export interface DoneDecider {
  /**
   * Which of these records the message answers. All of `found` have its id, type, job and info, and its created when the
   * message has one; in any order.
   */
  match<T extends StoredTask>(message: DoneMessage, found: readonly T[]): MatchedRecord<T>;
  /** Another name by which the records of the message's task are looked for, when none has its own; null: there is none. */
  nameOnRecord?(message: DoneMessage): { readonly type: string; readonly job: string } | null;
  /** `record` is what `match` chose, `retry` the latest attempt after it. */
  needs(message: DoneMessage, record: StoredTask | null, retry: StoredTask | null): DoneNeeds;
  /** Pure. Throws MessageError to send the message to `dead_letters`. */
  decide(message: DoneMessage, state: DoneState): Effects;
  /** What a report does to the record that it is about; null: nothing. `lastOf`: who reported a record last. */
  report?(
    message: DoneMessage,
    matched: MatchedRecord<StoredTask>,
    lastOf: (recordId: number) => ReportedWorker | null,
  ): RunningReport | null;
  /** The effects of a message that is kept as a dead letter too, once the dead letter has its id. */
  nameLetter(effects: Effects, letterId: number): Effects;
  /** The code and reason of the dead letter of a message whose decision threw. */
  refuse(error: unknown): ValidationError;
}

/** Decides the joins that wait for a task of which no message tells. */
export interface JoinReviewer {
  /** A task as it was sent, or with what its worker reported. */
  read(task: TaskMessage, taskTime: WallMs | null): DoneMessage;
  /** `joins`: those that know the task. */
  needs(joins: readonly JoinNeed[], record: StoredTask): Needs;
  /** Pure. `own`: what the task is for the joins now. */
  decide(message: DoneMessage, needs: readonly JoinNeed[], own: "complete" | "failed", state: DoneState): Effects;
}

export interface FileMessage {
  readonly event: FileEvent;
  /** The bus's id of the message, which identifies a redelivery. Null: always an event of its own. */
  readonly busId: string | null;
  readonly topic: string;
  readonly payload: string;
  readonly receivedAt: number;
  readonly taskTime: WallMs | null;
  /** As of a `DoneMessage`. */
  readonly reread?: boolean;
}

export interface GatheredFile {
  readonly matchId: number;
  readonly path: string;
}

export interface GatheredState {
  /** How many different files wait with that of this event, which is one of them. */
  readonly have: number;
  /** Those that wait, oldest first; null: too few to be read. */
  readonly files: readonly GatheredFile[] | null;
  /** The task that was made of the file of this event, unchanged since: another watcher saw it too. Null: none. */
  readonly usedBy: number | null;
}

export interface FileState {
  readonly slots: ReadonlyMap<number, SlotState>;
  /** By `phaseId|gatherKey`. */
  readonly gathered: ReadonlyMap<string, GatheredState>;
}

export interface UsedFiles {
  readonly phaseId: number;
  readonly gatherKey: string;
  readonly matchIds: readonly number[];
}

export interface FileEffects extends Effects {
  /** Phases that matched; `tasks` of the effects belong to them by phase. */
  readonly matches: readonly {
    readonly phaseId: number;
    /** Absent: that of the event. */
    readonly taskTime?: WallMs | null;
    readonly gatherKey: string | null;
  }[];
  /** Matches of earlier events that a gathered task of this phase uses up. */
  readonly gatheredBy: readonly UsedFiles[];
  /** Of an event without a match: the patterns it came nearest to, best first. */
  readonly nearMisses: readonly { readonly phaseId: number; readonly alignment: Alignment }[];
}

/** A stored event, to be decided once more. */
export interface StoredFileEvent {
  readonly fileMessageId: number;
  readonly message: FileMessage;
  /** Phases that it matched before. */
  readonly matches: readonly {
    readonly phaseId: number;
    readonly gatherKey: string | null;
    /** The first task made of it; null: none yet. */
    readonly recordId: number | null;
  }[];
}

export interface RedriveCounts {
  /** Phases that match now. */
  readonly matched: number;
  /** Of these, the phases that made a task of it before. */
  readonly taken: number;
  /** Of these, the phases that wait for more files. */
  readonly waiting: number;
}

export interface FileRedecider {
  needs(file: StoredFileEvent): FileNeeds;
  decide(file: StoredFileEvent, state: FileState): FileEffects;
  /** For the answer to the requester. */
  count(effects: FileEffects): RedriveCounts;
  refuse(error: unknown): ValidationError;
}

/** How the bus identifies a message. */
export interface Delivery {
  readonly topic: string;
  readonly busId: string;
}

export interface GatheredNeed {
  readonly phaseId: number;
  readonly gatherKey: string;
  readonly event: FileEvent;
  /** So many different files make a task: only then they are read. */
  readonly want: number;
}

export interface FileNeeds extends Needs {
  readonly gathered: readonly GatheredNeed[];
}

export interface FileDecider {
  /** Identifies a redelivery of the message; null: it is always an event of its own. */
  delivery(message: FileMessage): Delivery | null;
  /** The message is a redelivery: it is counted, this is written, and nothing else is decided. */
  repeated(message: FileMessage): NewDecision;
  needs(message: FileMessage): FileNeeds;
  decide(message: FileMessage, state: FileState): FileEffects;
  refuse(error: unknown): ValidationError;
}

/** One due tick. */
export interface DueTick {
  readonly phaseId: number;
  /** The scheduled moment, milliseconds since 1970. */
  readonly scheduledAt: number;
  /** When the pause ended that passed over it; not set: it is not caught up after a pause. */
  readonly pausedUntil?: number;
}

export interface TickDecider {
  needs(tick: DueTick): Needs;
  decide(tick: DueTick, state: { readonly slots: ReadonlyMap<number, SlotState> }): Effects;
  /** Written instead of the effects of a tick whose decision threw. */
  missed(tick: DueTick, error: unknown): Pick<Effects, "alerts" | "decisions">;
}

export interface IncompleteTask {
  readonly recordId: number;
  readonly phaseId: number;
  readonly taskId: string;
  readonly type: string;
  readonly job: string;
  readonly meta: string;
  readonly created: number | null;
  readonly taskTime: WallMs | null;
  readonly deadlineAt: number;
  /** 1: it keeps a slot of its phase although it is overdue. */
  readonly holdsSlot: number;
}
