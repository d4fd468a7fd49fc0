import type { TaskQuery } from "../../contract/query/task-query.ts";
import type { TaskState } from "../../core/decide/effects.ts";
import type { ExplainedDecision } from "../../core/why/explain.ts";
import type { Link } from "../../core/task/task-links.ts";
import type { Why } from "../../core/why/why.ts";
import type { ShownFacts } from "../../core/why/why-json.ts";
import type { WorkerRow } from "../../core/task/worker-rows.ts";
import type { LineageCaps, RunLineage } from "../../store/lineage-queries.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { RunningTask, WorkerActivity } from "../../store/running-tasks.ts";
import type { StatsSpan, StatsSummary } from "../../store/stats-queries.ts";
import type { DeadLetterRow, TaskHistory } from "../../store/store.ts";
import type { TaskRow } from "../../store/task-queries.ts";
import type { PhaseAboutRow } from "../../store/workflow-queries.ts";
import type { LogSummary } from "../../task-logs/log-summary.ts";

/** A query of a person, as text and as it was read. */
export interface AskedQuery {
  readonly text: string;
  readonly query: TaskQuery;
}

export interface TaskListRequest {
  /** Null: the newest of all. */
  readonly search: AskedQuery | null;
  readonly type: string | null;
  readonly job: string | null;
  readonly result: string | null;
  readonly state: TaskState | null;
  readonly before: number | null;
  readonly number: number;
}

/** Rows of a list, and where it continues. */
export interface ListedTasks {
  readonly rows: readonly TaskRow[];
  readonly notes: readonly NoteRow[];
  readonly next: number | null;
  /** Null when there are as many rows as requested, or no older records. */
  readonly searchedTo: number | null;
  readonly unindexed: number;
}

/** What is shown beside a task. */
export interface BesideTask {
  /** On the task, whichever attempt. */
  readonly notes: readonly NoteRow[];
  readonly links: readonly Link[];
  readonly log: LogSummary | null;
  /** By whose clock it is told: the zone of its phase, else that of the instance. */
  readonly zone: string;
}

export interface ShownTask extends BesideTask {
  readonly history: Omit<TaskHistory, "decisions">;
  readonly decisions: readonly ExplainedDecision[];
  readonly phase: Pick<PhaseAboutRow, "task" | "workflow" | "owner" | "description" | "runbook"> | null;
}

export interface ShownWhy extends BesideTask {
  readonly facts: ShownFacts;
  readonly answer: Why;
  readonly phaseNotes: readonly NoteRow[];
}

export interface UnderWay {
  readonly tasks: readonly RunningTask[];
  readonly isMore: boolean;
}

export interface ShownStats {
  readonly summary: StatsSummary;
  /** On days, by their numbers. */
  readonly notes: readonly NoteRow[];
}

export interface TaskReads {
  list(request: TaskListRequest): Promise<ListedTasks>;
  /** By record number, or by run id: then all records of the run, oldest first. */
  shown(id: string): Promise<readonly ShownTask[]>;
  why(id: string): Promise<readonly ShownWhy[]>;
  /** The same records with what came of them, and nothing else. */
  outcomes(id: string): Promise<readonly Pick<TaskHistory, "task" | "children">[]>;
  /** Null: there is no such run. */
  run(id: string, caps: LineageCaps): Promise<RunLineage | null>;
  underWay(request: {
    readonly type: string | null;
    readonly job: string | null;
    readonly number: number;
  }): Promise<UnderWay>;
  workers(): Promise<readonly WorkerRow<WorkerActivity>[]>;
  stats(span: StatsSpan): Promise<ShownStats>;
  deadLetters(filter: {
    readonly limit: number;
    readonly before: number | null;
    readonly includeRedriven: boolean;
  }): Promise<readonly DeadLetterRow[]>;
  /** The newest records of the tasks that a query finds, the oldest first. Throws SelectionError. */
  select(asked: AskedQuery): Promise<readonly number[]>;
}

/** How long (ms) a search reads further pages while it has fewer rows than requested. */
export const SEARCH_MS = 2000;
