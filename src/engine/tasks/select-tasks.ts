import { DomainError, type ErrorKind } from "../../contract/domain-error.ts";
import { parseTaskQuery } from "../../contract/query/task-query-parser.ts";
import type { TaskQuery } from "../../contract/query/task-query.ts";
import { queryClock } from "../../core/time/query-clock.ts";
import { isZone } from "../../core/time/zone.ts";
import type { ReadStore } from "../../store/store.ts";

/** Rows of one page of the search. */
const PAGE = 1000;

const KINDS = {
  unknown_zone: "invalid",
  too_many_tasks: "invalid",
  search_too_long: "invalid",
  index_behind: "unavailable",
} as const satisfies Record<string, ErrorKind>;

/** The tasks that a query means cannot be told now, or are too many. */
export class SelectionError extends DomainError {
  constructor(code: keyof typeof KINDS, message: string) {
    super(KINDS[code], code, message);
  }
}

/**
 * Reads a query, whose times that name no zone are by the clock of `zone`. Throws TaskQueryError, and SelectionError for a
 * zone that is none.
 */
export function readTaskQuery(text: string, now: number, zone: string): TaskQuery {
  if (!isZone(zone))
    throw new SelectionError("unknown_zone", `"${zone}" is not a time zone: write it as in Europe/Berlin or UTC.`);
  return parseTaskQuery(text, queryClock(now, zone));
}

/** Of a request: most tasks that a query may mean, and how long they may be searched for (ms). */
export const SELECTION_CAPS = { count: 100_000, ms: 30_000 };

export interface SelectionCaps {
  /** Most tasks. */
  readonly count: number;
  /** How long the search may take, by the clock (ms). */
  readonly ms: number;
  readonly monotonic: () => number;
}

/**
 * The newest records of all tasks that the query finds, the oldest first. Null caps: everything is read, however long it takes.
 * Throws SelectionError.
 */
export async function selectTasks(
  query: TaskQuery,
  reads: Pick<ReadStore, "searchTasks"> & { readonly views: Pick<ReadStore["views"], "firstAttempts"> },
  caps: SelectionCaps | null,
): Promise<readonly number[]> {
  // By the first attempt: a query may find several attempts of one task.
  const tasks = new Map<number, number>();
  const began = caps?.monotonic() ?? 0;
  for (let before: number | null = null; ;) {
    const page = await reads.searchTasks({ query, before, limit: PAGE });
    if (page.unindexed > 0)
      throw new SelectionError(
        "index_behind",
        `${page.unindexed} records that changed just now are not indexed yet; run it again.`,
      );
    // A task that was retried with its children has a new first attempt since, and is one task all the same.
    const retried = [...new Set(page.rows.flatMap((row) => (row.attempt > 0 ? [row.first_attempt_id] : [])))];
    const origins = retried.length === 0 ? [] : await reads.views.firstAttempts(retried);
    const originOf = new Map(retried.map((first, at) => [first, origins[at] ?? first]));
    for (const { record_id: id, first_attempt_id: first } of page.rows) {
      const origin = originOf.get(first) ?? first;
      if (!tasks.has(origin)) tasks.set(origin, id);
    }
    if (caps !== null && tasks.size > caps.count)
      throw new SelectionError(
        "too_many_tasks",
        `The query finds more than ${caps.count.toLocaleString("en-US")} tasks; narrow it, as with created>-1d.`,
      );
    if (page.next === null) return [...tasks.values()].toReversed();
    before = page.next;
    if (caps !== null && caps.monotonic() - began > caps.ms)
      throw new SelectionError(
        "search_too_long",
        `After ${caps.ms / 1000} s the query had searched back to record ${before}; narrow it, as with created>-1d.`,
      );
  }
}
