import type { RecapGroup } from "../core/legacy/recap-pages.ts";

/**
 * What the older program's pages and endpoints ask: a day of tasks, a run, a day's recap, the days there are. Days are
 * UTC, and tasks belong to the day of their `created`. The cost grows with the tasks of the day that is asked for.
 */
export interface LegacyQueries {
  dayOfTasks(request: DayRequest): Promise<DayOfTasks>;
  /** All records of the run, in the order of `created`. */
  runOfTasks(id: string): Promise<readonly LegacyRow[]>;
  /** By type and job; `jobInMeta`: a task without a job counts under the job that its meta names. */
  recap(day: number, jobInMeta: boolean): Promise<readonly RecapGroup[]>;
  /** Days that have data, newest first, as `2026-05-01`. */
  dates(what: "tasks" | "alerts" | "files"): Promise<readonly string[]>;
}

export interface DayRequest {
  /** Its first millisecond. */
  readonly day: number;
  /** Empty ones do not filter. An id filters alone. */
  readonly id: string;
  readonly type: string;
  readonly job: string;
  /** `running`: those without a result. */
  readonly result: string;
  /** From 1. */
  readonly page: number;
  readonly limit: number;
}

export interface DayOfTasks {
  /** Newest `created` first. */
  readonly rows: readonly LegacyRow[];
  /** Of all pages. */
  readonly total: number;
}

export interface LegacyRow {
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly result: string;
  readonly meta: string;
  readonly msg: string;
  readonly created: number | null;
  readonly started: number | null;
  readonly ended: number | null;
}
