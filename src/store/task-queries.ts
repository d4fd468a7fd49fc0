import type { SearchedTask } from "../contract/query/task-query-match.ts";
import type { TaskQuery } from "../contract/query/task-query.ts";
import type { TaskState } from "../core/decide/effects.ts";
import type { Outcomes, StatsSpan } from "./stats-queries.ts";

export interface TaskFilter {
  readonly limit: number;
  readonly before: number | null;
  readonly type: string | null;
  readonly job: string | null;
  readonly result: string | null;
  readonly state: TaskState | null;
}

export interface TaskRow extends SearchedTask {
  /** Record of attempt 0 of the same task. */
  readonly first_attempt_id: number;
  readonly state: TaskState;
  /** From started to ended; null when one of them is unknown, or ended is before started. */
  readonly task_seconds: number | null;
  /** From created to started. */
  readonly queue_seconds: number | null;
  /** The current `retry` of its phase; null when the phase is unknown. */
  readonly retries: number | null;
}

export interface TaskSearchRequest {
  readonly query: TaskQuery;
  readonly limit: number;
  /** The `next` of the page before; null for the first one. */
  readonly before: number | null;
}

/** A page of a search, newest first. It returns quickly also when matches are rare: then it is short, and says so. */
export interface TaskPage {
  readonly rows: readonly TaskRow[];
  /** Where the next page begins; null when the complete history was searched. */
  readonly next: number | null;
  /** The page ended before it was full: it searched the records created since then (ms since 1970). */
  readonly searched_to: number | null;
  /** Recently changed records that this search left out, because too many wait to be indexed. */
  readonly unindexed: number;
}

/**
 * Records of a query in another order than from the newest on, or as numbers. Each reads the newest matches up to a bound, and says
 * how far back it came: `searched_to` (ms since 1970) is null when that is the complete history.
 */
export interface TaskViewQueries {
  /** How many records match, from counters; null: they do not know. */
  total(query: TaskQuery): Promise<number | null>;
  sorted(request: SortRequest): Promise<SortedTasks>;
  /** How many of the matches have each type, job and so on. */
  facets(query: TaskQuery): Promise<TaskFacets>;
  /** Matches by the hour or day in which their record was made; of types and jobs alone from counters, and exact. */
  histogram(request: HistogramRequest): Promise<TaskHistogram>;
  /** The matches that failed, in groups by the fingerprint of their message: the `limit` largest first. */
  failures(query: TaskQuery, limit: number): Promise<TaskFailures>;
  /** All attempts of the task of this record, in their order, at most 1,000. */
  attempts(recordId: number): Promise<readonly TaskRow[]>;
  /** The first attempts of the tasks of these records, in their order, also of tasks that began anew. */
  firstAttempts(recordIds: readonly number[]): Promise<readonly number[]>;
}

interface Reached {
  readonly searched_to: number | null;
  /** Recently changed records that were left out, because too many wait to be indexed. */
  readonly unindexed: number;
}

export const TASK_SORTS = ["created", "task_time", "queue", "run"] as const;

export interface SortRequest {
  readonly query: TaskQuery;
  readonly by: (typeof TASK_SORTS)[number];
  readonly descending: boolean;
  readonly limit: number;
  /** Null: the first page. */
  readonly after: SortPlace | null;
}

/** The last row of a page, by its value (null: it has none, and is one of the last), and the records that are sorted. */
export interface SortPlace {
  readonly value: number | null;
  readonly record: number;
  /** Record numbers, from (inclusive) until (exclusive). */
  readonly from: number;
  readonly until: number;
}

export interface SortedTasks extends Reached {
  readonly rows: readonly TaskRow[];
  /** Null: the last page. */
  readonly next: SortPlace | null;
  /** Number of the sorted records. */
  readonly total: number;
}

export const FACETS = ["type", "job", "workflow", "result", "state"] as const;

export interface TaskFacets extends Reached {
  /** Number of the counted records. */
  readonly total: number;
  /** The most frequent values first, at most 100. */
  readonly facets: Readonly<
    Record<(typeof FACETS)[number], readonly { readonly value: string; readonly count: number }[]>
  >;
}

/** Failures with the same fingerprint. */
export interface FailureGroup {
  readonly fingerprint: string;
  /** What their messages have in common, as they are shown. */
  readonly text: string;
  readonly count: number;
  /** When the first and the last of them finished. */
  readonly first: number;
  readonly last: number;
  /** The newest of them. */
  readonly example: TaskRow;
  /** The types and jobs of the most of them first, at most 10. */
  readonly kinds: readonly { readonly type: string; readonly job: string; readonly count: number }[];
}

export interface TaskFailures extends Reached {
  readonly groups: readonly FailureGroup[];
  /** Number of all groups. */
  readonly found: number;
  /** Number of the failures in all of them. */
  readonly total: number;
}

export interface HistogramRequest extends StatsSpan {
  readonly query: TaskQuery;
  readonly step: "minute" | "hour" | "day";
  /** IANA: whose hours and days. */
  readonly zone: string;
}

export interface TaskHistogram extends StatsSpan, Reached {
  /** In order, `at`: where the minute, hour or day begins; without those that have no record. */
  readonly buckets: readonly (Outcomes & { readonly at: number })[];
}
