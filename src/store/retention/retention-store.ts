import type { Limits, SetPolicy } from "../../core/retention/policy.ts";
import type { HourCount } from "../../core/retention/daily.ts";
import type { RetainedTable } from "../../contract/retention/tables.ts";

/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

export interface PolicyRow extends SetPolicy {
  readonly table: RetainedTable;
  readonly changedAt: number | null;
  readonly changedBy: string;
  readonly last: LastCleanup | null;
}

/** The last cleanup of a table that went to its end. */
export interface LastCleanup {
  readonly cleanupId: number;
  readonly at: number;
  readonly deleted: number;
  /** Rows of other tables that went with them. */
  readonly belonging: number;
}

export type CleanupCause = "daily" | "hand" | "refresh";
export type CleanupState = "running" | "done" | "stopped";

export interface NewCleanup {
  readonly cause: CleanupCause;
  readonly dryRun: boolean;
  /** Not empty; in the order in which the tables are cleaned up. */
  readonly plan: readonly Limits[];
  readonly by: string;
}

export interface Cleanup extends NewCleanup {
  readonly id: number;
  readonly state: CleanupState;
  /** Which table of the plan it is at. */
  readonly atStep: number;
  /** By table of the plan: what was deleted, or would be, of it and of the tables whose rows go with its rows. */
  readonly deleted: Readonly<Record<string, RowCounts>>;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Null: at the beginning of its table. */
  readonly cursor: CleanupCursor | null;
}

export interface StepSize {
  /** About so many rows are deleted. */
  readonly maxRows: number;
  /** How many rows the table has: asked of a reader before its first step, where the plan limits their number. */
  readonly rows: number | null;
  /** Only what is archived, and is still as it was then, is deleted; null: the table is not archived. */
  readonly archived: ArchivedBatch | null;
}

/** Rows of a cleanup's table that are archived. */
export interface ArchivedBatch {
  /** Rows that come later are not yet; null: it goes to the table's end. */
  readonly until: CleanupCursor | null;
  /** What a row was when it was archived, with what goes with it; by the id of the row, or by the hour. */
  readonly digests: ReadonlyMap<number, string>;
}

/** Where a cleanup is in a table. Opaque: only the adapter reads it. */
export type CleanupCursor = string;

/** The next page of a dry run. */
export interface DryRunStep {
  /** Its id. */
  readonly run: number;
  readonly atStep: number;
  readonly limits: Limits;
  readonly after: CleanupCursor | null;
  /** As in `StepSize`. */
  readonly rows: number | null;
}

/** A page of rows that would be deleted. */
export interface CountedPage {
  /** Of the table itself, and of those whose rows go with its rows. */
  readonly rows: RowCounts;
  /** Null: that was the last page. */
  readonly next: CleanupCursor | null;
}

export interface DuePart {
  readonly count: number;
  /** Null: that was the last page. */
  readonly next: CleanupCursor | null;
}

/** Policies, and cleanups in steps. */
export interface RetentionStore {
  policies(): Promise<readonly PolicyRow[]>;
  setPolicy(table: RetainedTable, policy: SetPolicy, by: string, now: number): Promise<void>;
  create(cleanup: NewCleanup, now: number): Promise<number>;
  /** The next one to go on with, dry runs first; null: none. */
  running(): Promise<Cleanup | null>;
  one(id: number): Promise<Cleanup | null>;
  /** False when it is not running. */
  stop(id: number, now: number): Promise<boolean>;
  /** When the last daily one began; null: there was none. */
  lastDaily(): Promise<number | null>;
  /**
   * One step of a cleanup: deletes about `maxRows` rows, of tasks and events with all that goes with them, in one transaction with how
   * far it is. Null when it is not running any more.
   */
  step(id: number, size: StepSize, now: number): Promise<Cleanup | null>;
  /** The same of a dry run, after its page was counted by a reader; null: it begins anew. */
  counted(id: number, page: CountedPage | null, now: number): Promise<Cleanup | null>;
}

/** What the reader knows of retention. */
export interface RetentionQueries {
  /** Of a cleanup, the newest first; `before` is the id of the last of the page before. */
  cleanups(page: { readonly before: number | null; readonly limit: number }): Promise<readonly Cleanup[]>;
  cleanup(id: number): Promise<Cleanup | null>;
  policies(): Promise<readonly PolicyRow[]>;
  /**
   * A page of what a cleanup would delete next: each row once, as it would go. Null: the reader does not know what this run counted before,
   * and it begins anew.
   */
  countDue(step: DryRunStep): Promise<CountedPage | null>;
  /** A page of what a cleanup deletes next, of the table alone; `rows` as in a step. */
  dueNext(limits: Limits, after: CleanupCursor | null, rows: number | null): Promise<DuePart>;
  /** Rows of the table. */
  rows(table: RetainedTable): Promise<number>;
  /** Tasks made by the hour since then. */
  hours(since: number): Promise<readonly HourCount[]>;
}
