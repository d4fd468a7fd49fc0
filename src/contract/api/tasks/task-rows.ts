/** Rows of the answers about one task, as far as a reader relies on them; the answers have more fields. Times are RFC 3339. */

/** A record beside others of its run. */
export interface RelativeRow {
  readonly record_id: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly state: string;
  readonly result: string;
  readonly msg: string;
  readonly origin: string;
  readonly attempt: number;
  readonly first_attempt_id: number;
  /** Null: a root. */
  readonly parent_id: number | null;
  /** How it came from its parent: `triggered`, `join`, `retry`, `file` …; null for a root. */
  readonly kind: string | null;
  readonly workflow: string;
  readonly task_time: string | null;
  readonly created: string | null;
  readonly due_at: string | null;
  readonly started: string | null;
  readonly ended: string | null;
}

/** `GET /api/tasks/{id}/graph` */
export interface GraphRow extends RelativeRow {
  readonly depth: number;
  /** All parents of a joined child. */
  readonly joined: readonly number[];
}

/** What was decided, or happened. */
export interface FindingRow {
  readonly at: string;
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

/** `task` of `GET /api/tasks/{id}/why` */
export interface WhyTaskRow extends RelativeRow {
  readonly deadline_at: string | null;
}

export interface ReportRow {
  readonly worker: string;
  readonly host: string;
  readonly pid: number | null;
  readonly log: string;
  readonly began_at: string;
  readonly reported_at: string;
  /** 0 to 1. */
  readonly progress: number | null;
  readonly msg: string;
}

export interface WhyPhaseRow {
  readonly id: number;
  readonly task: string;
  readonly workflow: string;
  readonly line: number;
  readonly rule: string;
  readonly owner: string;
  readonly description: string;
  readonly runbook: string;
}

export interface VersionRow {
  readonly id: number;
  readonly in_force: boolean;
}

export interface FileRow {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  readonly received_at: string;
}

export interface WhyAlertRow {
  readonly id: number;
  readonly type: string;
  readonly severity: string;
  readonly state: string;
  readonly at: string;
  readonly message: string;
}

export interface LinkRow {
  readonly name: string;
  readonly url: string;
}
