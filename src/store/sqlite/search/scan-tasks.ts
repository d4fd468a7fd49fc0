import type { TaskQuery } from "../../../contract/query/task-query.ts";
import type { TaskRow } from "../../task-queries.ts";
import type { TaskSearch } from "./task-search.ts";

/** How long (ms) a scan goes on that answers beside a list; the page under way then ends within the time of one page. */
export const SCAN_MS = 30;
/** Most records of a scan. */
export const MAX_SCANNED = 10_000;
const PAGE = 1000;

export interface Scanned {
  /** Newest first. */
  readonly rows: readonly TaskRow[];
  /** All matches from this record on were read; 0: all there are. */
  readonly from: number;
  /** Null with `from` 0. */
  readonly searchedTo: number | null;
  readonly unindexed: number;
}

/** The newest matches with record numbers below `before`, within about `ms`; null: however long it takes. */
export function scanTasks(search: TaskSearch, query: TaskQuery, before: number | null, ms: number | null): Scanned {
  const until = ms === null ? Infinity : performance.now() + ms;
  const rows: TaskRow[] = [];
  let at = before;
  for (;;) {
    const page = search.page({ query, before: at, limit: Math.min(PAGE, MAX_SCANNED - rows.length) });
    for (const row of page.rows) rows.push(row);
    const { next, unindexed } = page;
    if (next === null) return { rows, from: 0, searchedTo: null, unindexed };
    if (rows.length >= MAX_SCANNED || performance.now() >= until) {
      const searchedTo = page.searched_to ?? rows.at(-1)?.decided_at ?? null;
      return { rows, from: next, searchedTo, unindexed };
    }
    at = next;
  }
}
