/** What waits for a decision after a restore to an earlier time. Times are milliseconds since 1970. */
import type { ScheduleCursor } from "../schedule-rows.ts";
import type { DueTick, JoinReviewer, TickDecider } from "../../core/decide/decider.ts";
import type { NewAlert, NewDecision } from "../../core/decide/effects.ts";
import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { OutboxRow } from "../outbox-row.ts";
import type { RestoreRow } from "./restore-row.ts";

/** `waited`: it was in the outbox of the restored database; `reread`: decided by a message or file that may have been handled before. */
export type HeldCause = "waited" | "reread";

export type HeldAct = "accept" | "drop";

export interface HeldRestore extends Pick<
  RestoreRow,
  "id" | "backup_id" | "data_at" | "restored_at" | "reason" | "kept_aside" | "state"
> {
  /** The first start afterwards. */
  readonly held_at: number;
  /** Tasks up to this record are of the restored database. */
  readonly records_through: number;
  /** Held messages that were found on the bus. */
  readonly found_sent: number;
  readonly decision: HeldAct | null;
  readonly decided_at: number | null;
  readonly decided_by: string;
  readonly decision_reason: string;
  /** How many were decided so far. */
  readonly decided_messages: number;
  readonly decided_ticks: number;
}

/** A message that is not sent before the decision. */
export interface HeldMessage {
  readonly id: number;
  readonly topic: string;
  readonly cause: HeldCause;
  readonly due_at: number;
  /** Of its task; null for a message without one, as all that follows. */
  readonly record_id: number | null;
  readonly task_id: string | null;
  readonly job: string | null;
  readonly info: string | null;
  readonly workflow: string | null;
}

/** A message as it would be sent. */
export interface HeldPayload {
  readonly id: number;
  readonly cause: HeldCause;
  readonly recordId: number;
  /** It follows from no other task, so that its id was drawn anew. */
  readonly isRoot: boolean;
  readonly payload: string;
}

export interface FoundMessage extends Pick<HeldPayload, "id" | "recordId"> {
  /** What the message that was sent says of its task, of which the record was made once more; null: it was sent as it is known. */
  readonly sentAs: { readonly taskId: string; readonly created: number } | null;
}

/** Where a list of messages goes on: after this one. */
export interface HeldAfter {
  readonly topic: string;
  readonly id: number;
}

/** The ticks of a schedule after `afterAt` up to `untilAt`. */
export interface HeldTicks extends Pick<ScheduleCursor, "phaseId" | "kind"> {
  readonly restoreId: string;
  readonly afterAt: number;
  readonly untilAt: number;
}

export interface HeldTopic {
  readonly topic: string;
  readonly waited: number;
  readonly reread: number;
}

export interface HeldCounts {
  readonly topics: readonly HeldTopic[];
  /** More topics than are listed. */
  readonly more_topics: boolean;
  /** Tasks that waited for a slot or a resume, and are not sent when there is one. */
  readonly waiting_tasks: number;
  readonly backfills: readonly number[];
  readonly jobs: readonly number[];
}

/** What people read, also beside the writer. */
export interface HeldQueries {
  /** The newest restore that a start has found; null: never. */
  restore(): Promise<HeldRestore | null>;
  counts(): Promise<HeldCounts>;
  ticks(): Promise<readonly HeldTicks[]>;
  /** By topic, the oldest first. */
  messages(after: HeldAfter | null, limit: number): Promise<readonly HeldMessage[]>;
}

export interface HeldStore extends HeldQueries {
  /** Somebody decided: `next` and the others go on with it. False: another decision is being carried out. */
  decide(act: HeldAct, who: { readonly by: string; readonly reason: string }, now: number): Promise<boolean>;
  /** Messages of tasks of one topic after this id, as they would be sent. */
  payloads(topic: string, after: number, limit: number): Promise<readonly HeldPayload[]>;
  /** These were sent before the restore: their tasks are `sent`, as the message has them, unless their results came already. */
  found(sent: readonly FoundMessage[], now: number): Promise<void>;
  /** These are free from now on. Returns when the first is due; null: none was held any more. */
  release(ids: readonly number[], decision: Decided, now: number): Promise<number | null>;
  /** These are gone, and their tasks are cancelled; `reviewer` decides the joins that wait for those. */
  drop(messages: readonly HeldMessage[], decision: Decided, reviewer: JoinReviewer, now: number): Promise<HeldSent>;
  /** Tasks of the restored database that wait for a slot or a resume. */
  waitingTasks(limit: number): Promise<readonly number[]>;
  /** Decides ticks of a held schedule; `isLast`: it has none left. */
  decideTicks(of: HeldTicks, decided: DecidedTicks, now: number): Promise<HeldSent>;
  /** The ticks of a paused phase become those of its pause, which its end decides. False: it has none. */
  giveToPause(of: HeldTicks): Promise<boolean>;
  /** Backfills and jobs go on, or end; returns false when more is left. */
  endWork(act: HeldAct, decision: Decided, limit: number, now: number): Promise<boolean>;
  /** All was decided; `none`: nothing had to be. */
  end(state: "accepted" | "dropped" | "none"): Promise<void>;
}

export interface HeldSent {
  /** Rows that this process owns and publishes now. */
  readonly outbox: readonly OutboxRow[];
}

/** The decision about one of them. */
export type Decided = (of: { readonly phaseId: number; readonly taskTime: WallMs | null }) => NewDecision;

export interface DecidedTicks {
  readonly ticks: readonly DueTick[];
  readonly decider: TickDecider;
  readonly passed: readonly { readonly alerts: readonly NewAlert[]; readonly decisions: readonly NewDecision[] }[];
  /** How many ticks that is. */
  readonly count: number;
  /** How far it has come. */
  readonly cursorAt: number;
  readonly isLast: boolean;
}
