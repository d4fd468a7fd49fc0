import { parseTaskQuery } from "../../contract/query/task-query-parser.ts";
import { TaskQueryError } from "../../contract/query/task-query.ts";
import type { CliContext } from "../context.ts";
import { queryClock } from "../../core/time/query-clock.ts";
import { printable } from "../../contract/printable.ts";
import { isoTime, localTime } from "../output/times.ts";
import type { AskedQuery, ListedTasks } from "../reads/task-reads.ts";
import { UsageError } from "../usage-error.ts";

/** Reads a query, whose times that name no zone are by the clock of `zone`. Throws UsageError. */
export function askedQuery(text: string, now: number, zone: string): AskedQuery {
  try {
    return { text, query: parseTaskQuery(text, queryClock(now, zone)) };
  } catch (error) {
    if (error instanceof TaskQueryError) throw new UsageError(pointedAt(text, error));
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

/** Prints whether there is more, on standard error: other programs read the rows. */
export function printMore(
  { rows, next, searchedTo, unindexed }: ListedTasks,
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
