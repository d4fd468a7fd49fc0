import type { ShownTaskJson, TaskJson } from "../../contract/api/tasks/task-list-api.ts";
import type { TaskQuery } from "../../contract/query/task-query.ts";
import { taskJson } from "../../core/task/task-json.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { ReadStore } from "../../store/store.ts";
import type { SortPlace, SortRequest, TaskRow } from "../../store/task-queries.ts";

/** Where a page of the newest tasks ended, and how many rows it and those before it had. */
export interface ListPlace {
  readonly before: number;
  readonly seen: number;
}

export interface ListRequest {
  readonly query: TaskQuery;
  readonly limit: number;
  /** Null: the newest first, as far back as there are records. */
  readonly sort: Pick<SortRequest, "by" | "descending"> | null;
  /** Of the page before; null: the first page. */
  readonly after: ListPlace | SortPlace | null;
}

export interface ListedTasks {
  readonly rows: readonly TaskRow[];
  readonly next: ListPlace | SortPlace | null;
  readonly total: number;
  readonly isExact: boolean;
  readonly searchedTo: number | null;
  readonly unindexed: number;
}

/** One page of the records of a query. */
export async function listTasks(
  { query, limit, sort, after }: ListRequest,
  reads: Pick<ReadStore, "searchTasks" | "views">,
): Promise<ListedTasks> {
  const counting = reads.views.total(query);
  if (sort !== null) {
    const place = after !== null && "value" in after ? after : null;
    const [counted, found] = await Promise.all([counting, reads.views.sorted({ ...sort, query, limit, after: place })]);
    const { rows, next, total, searched_to: searchedTo, unindexed } = found;
    const isExact = counted !== null || searchedTo === null;
    return { rows, next, total: counted ?? total, isExact, searchedTo, unindexed };
  }
  const place = after !== null && "before" in after ? after : null;
  const searching = reads.searchTasks({ query, limit, before: place?.before ?? null });
  const [counted, page] = await Promise.all([counting, searching]);
  const { rows, next, searched_to: searchedTo, unindexed } = page;
  const seen = (place?.seen ?? 0) + rows.length;
  return {
    rows,
    next: next === null ? null : { before: next, seen },
    total: counted ?? seen,
    isExact: counted !== null || next === null,
    searchedTo,
    unindexed,
  };
}

/** RFC 3339 with milliseconds. */
export function apiTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** A record as the API shows it. `zone`: of task times whose phase nobody knows. */
export function listedTask(row: TaskRow, zone: string): TaskJson {
  return taskJson(row, zone, apiTime);
}

/** The same with what its other attempts are known by. */
export function shownTask(row: TaskRow, zone: string): ShownTaskJson {
  const { first_attempt_id, retries } = row;
  return { ...listedTask(row, zone), first_attempt_id, retries };
}

export function listedNote({ id, text, author, at }: NoteRow): {
  id: number;
  text: string;
  author: string;
  at: string;
} {
  return { id, text, author, at: apiTime(at) };
}

/** The notes on the tasks of these records, by the first attempt. */
export async function notesOfTasks(
  firstAttempts: readonly number[],
  { notes }: Pick<ReadStore, "notes">,
): Promise<(firstAttempt: number) => ReturnType<typeof listedNote>[]> {
  const rows = await notes.of("task", [...new Set(firstAttempts)]);
  const of = Map.groupBy(rows, (row) => row.target_id);
  return (firstAttempt) => (of.get(firstAttempt) ?? []).map(listedNote);
}
