/** Workflow files as the database has them: what is in force, and what was. Bounded; plain data in the spelling of the JSON. */
import type { WallMs } from "../contract/time/wall-ms.ts";
import type { PhaseAbout } from "../core/workflow/phase.ts";

export interface WorkflowRow {
  readonly id: number;
  readonly name: string;
  /** In force; null: none ever was. */
  readonly version_id: number | null;
  /** Of the newest read; the same when it was accepted. */
  readonly newest_version_id: number | null;
  readonly accepted: number;
  readonly loaded_at: number;
  readonly removed_at: number | null;
  /** How many were read. */
  readonly versions: number;
  /** The number of that in force among them, from 1; 0: none is. */
  readonly version: number;
  /** In force. */
  readonly phases: number;
  /** Of the newest read. */
  readonly errors: number;
  readonly warnings: number;
}

export interface WorkflowPhaseRow {
  readonly id: number;
  readonly key: string;
  readonly task: string;
  readonly type: string;
  readonly job: string;
  readonly depends_on: string;
  readonly rule: string;
  readonly template: string;
  readonly retry: number;
  readonly line: number;
  readonly owner: string;
  readonly description: string;
  readonly runbook: string;
  /** Since when its file says so. */
  readonly paused_since: number | null;
  /** IANA; of its task times. */
  readonly zone: string | null;
}

export interface WorkflowVersionRow {
  readonly id: number;
  readonly checksum: string;
  readonly accepted: number;
  readonly loaded_at: number;
  /** In characters. */
  readonly length: number;
  /** Who saved it in the dashboard, and why; null: the file was changed elsewhere. */
  readonly edited_by: string | null;
  readonly edit_reason: string;
}

export interface WorkflowIssueRow {
  readonly id: number;
  readonly workflow: string;
  readonly version_id: number;
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

export interface WorkflowIssueFilter {
  readonly workflow: string | null;
  readonly severity: WorkflowIssueRow["severity"] | null;
  /** The id of the last row of the page before; 0: none. */
  readonly after: number;
  readonly limit: number;
}

/** The newest task of a phase: of the latest task time, its latest attempt. */
export interface PhaseLastTask {
  readonly phase_id: number;
  readonly record_id: number;
  readonly state: string;
  readonly result: string;
  readonly task_time: WallMs | null;
  readonly at: number;
}

export interface PhaseFiguresRequest {
  readonly phases: readonly { readonly id: number; readonly type: string; readonly job: string }[];
  /** Milliseconds since 1970: files are counted that came then or later. */
  readonly filesSince: number;
}

/** What a phase does now, and usually; of its type and job at most 1,000 open tasks are counted. */
export interface PhaseFigures {
  readonly phase_id: number;
  readonly waiting: number;
  /** Wait for their next attempt. */
  readonly retrying: number;
  readonly running: number;
  /** Tasks of the latest task time whose last attempt failed. */
  readonly failed: number;
  /** The average of those of the last 60 records that completed; null: none did. */
  readonly run_ms: number | null;
  /** That its pattern took. */
  readonly files: number;
}

/** Tasks of a type and job since a day, by how they ended. */
export interface KindCounts {
  readonly type: string;
  readonly job: string;
  readonly total: number;
  readonly complete: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** The worst first. */
export const CELL_STATES = [
  "error",
  "alert",
  "overdue",
  "retrying",
  "running",
  "waiting",
  "warn",
  "cancelled",
  "complete",
] as const;
export type CellState = (typeof CELL_STATES)[number];

/** Tasks of a type and job of one hour or day (UTC), by how they ended. */
export interface PeriodCounts {
  /** Milliseconds since 1970: where it begins. */
  readonly at: number;
  readonly type: string;
  readonly job: string;
  readonly total: number;
  readonly complete: number;
  readonly warn: number;
  /** Unknown results, too. */
  readonly error: number;
  readonly alert: number;
  readonly cancelled: number;
}

/** What became of the tasks of a phase at one task time (or hour, or day). */
export interface GridCell {
  readonly phase_id: number;
  readonly time: WallMs;
  /** The worst of the tasks. */
  readonly state: CellState;
  readonly tasks: number;
  readonly failed: number;
  /** The newest record in that state. */
  readonly record_id: number;
}

export interface GridSpan {
  readonly phaseIds: readonly number[];
  /** Clock times, from (inclusive) until (exclusive). */
  readonly from: WallMs;
  readonly until: WallMs;
}

export interface GridRequest extends GridSpan {
  readonly by: "time" | "hour" | "day";
}

/** From the first task of a task time to the end of the last one. */
export interface GridTime {
  readonly time: WallMs;
  readonly began_at: number;
  /** Null: some have not ended. */
  readonly ended_at: number | null;
}

export interface Grid {
  readonly cells: readonly GridCell[];
  readonly times: readonly GridTime[];
}

/** A task of a phase by its latest attempt. */
export interface PhaseTaskRow {
  readonly record_id: number;
  readonly id: string;
  readonly first_attempt_id: number;
  readonly task_time: WallMs;
  readonly state: string;
  readonly result: string;
  readonly attempt: number;
  /** The `retry` of its phase as it is now. */
  readonly retries: number | null;
  readonly info: string;
  readonly msg: string;
  readonly due_at: number | null;
  readonly created: number | null;
  readonly started: number | null;
  readonly ended: number | null;
}

/** What a chart of a run wants of its records beside their lineage. */
export interface RunRecordRow {
  readonly record_id: number;
  readonly info: string;
  /** Among the tasks that its phase made in one decision. */
  readonly position: number;
}

/** A file event that a record was made of. */
export interface RunFileRow {
  readonly record_id: number;
  readonly file_id: number;
  readonly path: string;
  readonly size: number;
  readonly received_at: number;
  /** The record that reported it; null: it came over the bus. */
  readonly reported_by: number | null;
}

/** Of tasks of a phase that completed. */
export interface UsualRow {
  readonly position: number;
  readonly created: number;
  readonly started: number;
  readonly ended: number;
}

export interface WorkflowQueries {
  /** By name; `after` is that of the last row of the page before. */
  list(request: {
    readonly after: string;
    readonly limit: number;
    readonly removed: boolean;
  }): Promise<readonly WorkflowRow[]>;
  count(removed: boolean): Promise<number>;
  one(name: string): Promise<WorkflowRow | null>;
  /** In force, in the order of the file. */
  phases(fileId: number): Promise<readonly WorkflowPhaseRow[]>;
  /** Newest first. */
  versions(fileId: number, before: number | null, limit: number): Promise<readonly WorkflowVersionRow[]>;
  /** Null: the file has no such version. */
  source(fileId: number, versionId: number): Promise<(WorkflowVersionRow & { readonly source: string }) | null>;
  issues(filter: WorkflowIssueFilter): Promise<readonly WorkflowIssueRow[]>;
  /** Of phases with a task. */
  lastTasks(phaseIds: readonly number[]): Promise<readonly PhaseLastTask[]>;
  figures(request: PhaseFiguresRequest): Promise<readonly PhaseFigures[]>;
  /** Milliseconds since 1970: of tasks made on that day (UTC) or later. */
  counts(since: number): Promise<readonly KindCounts[]>;
  /** Milliseconds since 1970: of tasks made in the hour or on the day (UTC) of that moment, or later. In order. */
  periodCounts(period: "hour" | "day", since: number): Promise<readonly PeriodCounts[]>;
  /** How many records the cells of each phase are made of; as soon as all together reach `max`, no more are counted. */
  gridSizes(span: GridSpan & { readonly max: number }): Promise<readonly number[]>;
  /** Reads every record of the span: see `gridSizes` first. */
  grid(request: GridRequest): Promise<Grid>;
  /** The tasks of a phase in the order of their times, by their latest attempts; of so many records at most. */
  phaseTasks(request: {
    readonly phaseId: number;
    readonly from: WallMs;
    readonly until: WallMs;
    readonly limit: number;
  }): Promise<{ readonly tasks: readonly PhaseTaskRow[]; readonly isCut: boolean }>;
  runRecords(recordIds: readonly number[]): Promise<readonly RunRecordRow[]>;
  runFiles(recordIds: readonly number[]): Promise<readonly RunFileRow[]>;
  /** The tasks of a phase that completed, of task times before this one, the latest first. */
  usualTimes(request: {
    readonly phaseId: number;
    readonly before: WallMs;
    readonly limit: number;
  }): Promise<readonly UsualRow[]>;
}

/** What the phase of a task or an alert says for people. */
export interface PhaseAboutRow extends PhaseAbout {
  /** The task record or alert that was asked about. */
  readonly of: number;
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
}

/** Of those that have no phase, or one that nothing is known of, there is no row. */
export interface PhaseQueries {
  ofTasks(recordIds: readonly number[]): Promise<readonly PhaseAboutRow[]>;
  ofAlerts(alertIds: readonly number[]): Promise<readonly PhaseAboutRow[]>;
}
