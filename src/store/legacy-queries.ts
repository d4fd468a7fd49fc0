import type { RecapGroup } from "../core/legacy/recap-pages.ts";

/**
 * Queries of the legacy pages and endpoints: the tasks of a day, a run, a day's recap, the days with data. Days are UTC,
 * and tasks belong to the day of their `created`. The cost grows with the tasks of that day.
 */
export interface LegacyQueries {
  dayOfTasks(request: DayRequest): Promise<DayOfTasks>;
  /** The first so many records of the run, in the order of `created`. */
  runOfTasks(id: string, limit: number): Promise<readonly LegacyRow[]>;
  /** By type and job; `jobInMeta`: a task without a job counts under the job in its meta. */
  recap(day: number, jobInMeta: boolean): Promise<readonly RecapGroup[]>;
  /** Days that have data, newest first, as `2026-05-01`. */
  dates(what: "tasks" | "alerts" | "files"): Promise<readonly string[]>;
}

export interface DayRequest {
  /** Its first millisecond. */
  readonly day: number;
  /** An empty text does not filter. An id ignores the other filters. */
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
  /** On all pages. */
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
