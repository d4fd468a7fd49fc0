/** What is announced, each by the ids of its rows. */
export const CHANGE_KINDS = ["tasks", "alerts", "files", "workflows", "backfills", "pauses", "notes"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/**
 * What one transaction changed: ids of task records, alerts, file events, workflow files, backfills and notes, and of the
 * phases that were paused or resumed (0: all phases). Each id is there once, in no order.
 */
export type Changes = Readonly<Record<ChangeKind, readonly number[]>> & {
  /** It changed more than the ids of an announcement: read again what you show. The lists are empty then. */
  readonly all: boolean;
};

export type ChangeListener = (changes: Changes) => void;

/** Announces what was committed. While nobody listens, nothing is collected. */
export interface ChangeEvents {
  /**
   * `listener` is called after each commit that changed something, in the order of the commits, and must return quickly: the
   * writer waits for it. What it throws becomes a warning of the process. Returns how to stop listening.
   */
  onChange(listener: ChangeListener): () => void;
}

/** What is read of rows that changed: enough to tell whom it concerns, and to show it in a list. */
export interface ChangedTask {
  readonly record_id: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly state: string;
  readonly result: string;
  readonly attempt: number;
}

export interface ChangedAlert {
  readonly id: number;
  readonly alert_type: string;
  readonly severity: string;
  readonly state: string;
  readonly count: number;
  /** Of the task that it is about; empty: it is about none. */
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
}

export interface ChangedFile {
  readonly id: number;
  readonly path: string;
  /** Phases that it matched, and tasks that came of it. */
  readonly matched: number;
  readonly tasks: number;
}

export interface ChangedWorkflow {
  readonly id: number;
  readonly name: string;
  /** It is in the configured folder. */
  readonly present: boolean;
}

export interface ChangedBackfill {
  readonly id: number;
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly state: string;
  /** Slots by what became of them. */
  readonly waiting: number;
  readonly active: number;
  readonly complete: number;
  readonly failed: number;
  readonly cancelled: number;
}

export interface ChangedRows {
  readonly tasks: readonly ChangedTask[];
  readonly alerts: readonly ChangedAlert[];
  readonly files: readonly ChangedFile[];
  readonly workflows: readonly ChangedWorkflow[];
  readonly backfills: readonly ChangedBackfill[];
}

export type ChangedIds = Pick<Changes, keyof ChangedRows>;

export interface LiveQueries {
  /** The rows of these ids as they are now, without those that do not exist any more. */
  changed(ids: ChangedIds): Promise<ChangedRows>;
}
