/**
 * What the history has about one task, for the answer to "why?". Plain data in the spelling of the JSON; times are
 * milliseconds since 1970.
 */
import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { PhaseAbout } from "../workflow/phase.ts";
import type { DecisionRow } from "./explain.ts";
import type { TaskState } from "../decide/effects.ts";

/** A record: its lineage and its state. */
export interface LineageTask {
  readonly record_id: number;
  /** Of the run. */
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly state: TaskState;
  readonly result: string;
  /** The worker's message, at most 200 characters. */
  readonly msg: string;
  readonly origin: string;
  readonly attempt: number;
  /** The `retry` of its phase as it is now; null when no phase is known. */
  readonly retries: number | null;
  readonly first_attempt_id: number;
  /** The record that it came from; null for a root. A joined child has more: `joined`. */
  readonly parent_id: number | null;
  /** How it came from its parent: triggered, join, retry …; null for a root. */
  readonly kind: string | null;
  /** 0 when no phase is known. */
  readonly phase_id: number;
  /** The version of the workflow file that decided it, which is also that of its relationship; 0 when none is known. */
  readonly version_id: number;
  readonly workflow: string;
  readonly task_time: WallMs | null;
  /** IANA zone of its task time; null when no phase is known. */
  readonly task_zone: string | null;
  readonly created: number | null;
  readonly decided_at: number;
  readonly due_at: number | null;
  readonly started: number | null;
  readonly ended: number | null;
  readonly finished_at: number | null;
}

export interface WhyTask extends LineageTask {
  readonly info: string;
  readonly meta: string;
  readonly held: boolean;
  readonly scheduled_at: number | null;
  readonly deadline_at: number | null;
}

/** What its worker said last while it ran. */
export interface WhyReport {
  readonly worker: string;
  readonly host: string;
  readonly pid: number | null;
  /** Path of its output on that host; empty without one. */
  readonly log: string;
  readonly began_at: number;
  readonly reported_at: number;
  /** 0 to 1. */
  readonly progress: number | null;
  readonly msg: string;
}

export interface WhyPhase extends PhaseAbout {
  readonly id: number;
  readonly task: string;
  readonly workflow: string;
  readonly line: number;
  readonly depends_on: string;
  readonly rule: string;
  /** Null while it is in force. */
  readonly removed_at: number | null;
  /** Since when its file says `paused`; null: it does not. Of a removed phase: since when it was paused. */
  readonly paused_since: number | null;
  /** The pause that a person asked for; null: none is in force. */
  readonly pause: WhyPause | null;
}

/** A pause that a person asked for, of the phase or (phase 0) of all. */
export interface WhyPause {
  readonly phaseId: number;
  readonly since: number;
  readonly until: number | null;
  readonly by: string;
  readonly reason: string;
}

export interface WhyVersion {
  readonly id: number;
  readonly workflow: string;
  readonly checksum: string;
  readonly loaded_at: number;
  readonly in_force: boolean;
}

export interface WhyAlert {
  readonly id: number;
  readonly type: string;
  readonly severity: string;
  readonly state: string;
  readonly at: number;
  readonly message: string;
  /** How often its cause occurred in total, for this task and others. */
  readonly count: number;
  readonly notifications: readonly WhyNotification[];
}

export interface WhyNotification {
  readonly id: number;
  readonly channel: string;
  readonly kind: string;
  readonly state: string;
  readonly created_at: number;
  readonly due_at: number;
  readonly attempts: number;
  readonly answer: string;
  readonly finished_at: number | null;
}

export interface WhyFile {
  readonly id: number;
  readonly topic: string;
  readonly path: string;
  readonly size: number;
  readonly received_at: number;
}

export interface WhyDeadLetter {
  readonly id: number;
  readonly code: string;
  readonly reason: string;
  readonly received_at: number;
  readonly redriven_at: number | null;
  /** Who redrove it, and why; empty while it is open. */
  readonly redriven_by: string;
  readonly redriven_reason: string;
}

/**
 * Where the message of a task is. `unknown`: more messages wait than were searched; `gone`: the bus has confirmed it, or
 * it was never sent.
 */
export interface WhyOutbox {
  readonly state: "waiting" | "publishing" | "gone" | "unknown";
  readonly due_at: number | null;
}

export interface WhyFacts {
  readonly task: WhyTask;
  /** The number of the newest attempt of its task, from 0; people may have made more than its phase retries. */
  readonly last_attempt: number;
  /** Null when its worker said nothing. */
  readonly report: WhyReport | null;
  readonly phase: WhyPhase | null;
  readonly version: WhyVersion | null;
  readonly parents: readonly LineageTask[];
  /** In the order of their phases, at most 100. */
  readonly children: readonly LineageTask[];
  readonly more_children: boolean;
  /** In the order they were made, at most 1,000. */
  readonly decisions: readonly DecisionRow[];
  readonly alerts: readonly WhyAlert[];
  readonly file: WhyFile | null;
  readonly outbox: WhyOutbox;
  readonly dead_letters: readonly WhyDeadLetter[];
}
