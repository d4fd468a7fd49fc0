import { parseTaskQuery } from "../../contract/query/task-query-parser.ts";
import { TaskQueryError, type TaskQuery, type TextField } from "../../contract/query/task-query.ts";
import type { ReadStore } from "../../store/store.ts";
import type { TaskPage, TaskRow } from "../../store/task-queries.ts";
import type { CliContext } from "../context.ts";
import { queryClock } from "../../core/time/query-clock.ts";
import { printable } from "../../contract/printable.ts";
import { isoTime, localTime } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

/** How long (ms) a command reads further pages while it has fewer rows than requested. */
const TIMEOUT_MS = 2000;

export interface SearchFlags {
  readonly query: string;
  readonly number: number;
  readonly before?: number;
  readonly type?: string;
  readonly job?: string;
  readonly result?: string;
  readonly state?: string;
}

/** Rows of a search, and where it continues. */
export interface Searched {
  readonly rows: readonly TaskRow[];
  readonly next: number | null;
  /** Null when there are as many rows as requested, or no older records. */
  readonly searchedTo: number | null;
  readonly unindexed: number;
}

/** Throws UsageError for an invalid query. */
export function readQuery(flags: Omit<SearchFlags, "number" | "before">, now: number, zone: string): TaskQuery {
  try {
    const query = parseTaskQuery(flags.query, queryClock(now, zone));
    const { type, job, result, state } = flags;
    const others = Object.entries({ type, job, result, state }).flatMap(([field, value]): TaskQuery[] =>
      value === undefined ? [] : [{ kind: "text", field: field as TextField, values: [[value]] }],
    );
    return others.length === 0 ? query : { kind: "and", terms: [query, ...others] };
  } catch (error) {
    if (error instanceof TaskQueryError) throw new UsageError(pointedAt(flags.query, error));
    throw error;
  }
}

/** The message, and below it the query with a mark below the mistake. */
function pointedAt(text: string, { message, offset, length }: TaskQueryError): string {
  const before = printable(text.slice(0, offset));
  const mistake = printable(text.slice(offset, offset + length));
  const mark = " ".repeat(before.length) + "^".repeat(Math.max(1, Math.min(mistake.length, 60)));
  return `${message}\n  ${printable(text)}\n  ${mark}`;
}

/** Reads page after page until there are enough rows, no older records, or the time is up. */
export async function searchTasks(
  reader: ReadStore,
  query: TaskQuery,
  { number, before }: Pick<SearchFlags, "number" | "before">,
  now: () => number,
): Promise<Searched> {
  const until = now() + TIMEOUT_MS;
  const rows: TaskRow[] = [];
  let page: TaskPage;
  let from = before ?? null;
  do {
    page = await reader.searchTasks({ query, before: from, limit: number - rows.length });
    rows.push(...page.rows);
    from = page.next;
  } while (from !== null && rows.length < number && now() < until);
  return { rows, next: page.next, searchedTo: page.searched_to, unindexed: page.unindexed };
}

/** Prints whether there is more, on standard error: other programs read the rows. */
export function printMore(
  { rows, next, searchedTo, unindexed }: Searched,
  zone: string | null,
  context: CliContext,
): void {
  const { paint } = context;
  if (unindexed > 0)
    context.err(paint.dim(`${unindexed} records that changed just now are not indexed yet; run the query again.`));
  if (next === null) return;
  if (searchedTo === null) {
    context.err(paint.dim(`older ones: --before ${next}`));
    return;
  }
  const time = zone === null ? isoTime(searchedTo) : `${localTime(searchedTo, zone)} (${zone})`;
  const found = rows.length === 0 ? "nothing found so far; " : "";
  context.err(paint.dim(`${found}searched back to ${time}; further back: --before ${next}`));
}
