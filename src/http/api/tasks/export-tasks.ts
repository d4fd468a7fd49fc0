import { csvLine } from "../../../contract/api/csv.ts";
import { task } from "../../../contract/api/tasks/task-list-api.ts";
import type { TaskQuery } from "../../../contract/query/task-query.ts";
import { listedTask } from "../../../engine/tasks/list-tasks.ts";
import { SelectionError } from "../../../engine/tasks/select-tasks.ts";
import type { ApiDeps } from "../deps.ts";

/** Rows that are read, and written, at a time. */
const PAGE = 500;

/** In the order of the columns. */
const FIELDS = task.keyof().options;

export interface Export {
  readonly query: TaskQuery;
  readonly format: "csv" | "ndjson";
  readonly limit: number;
  readonly before: number | undefined;
}

/**
 * The text of an export, in pieces of a page. Nothing is read ahead of its reader, and nothing more once `signal` is aborted. Throws
 * SelectionError when it would lack records: an export is complete, or ends with an error.
 */
export async function* exportTasks(
  { query, format, limit, before }: Export,
  { reads, runtime, redact }: Pick<ApiDeps, "reads" | "runtime" | "redact">,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let head = format === "csv" ? `${csvLine(FIELDS)}\r\n` : "";
  let left = limit;
  for (let at: number | null = before ?? null; !signal.aborted;) {
    const page = await reads.searchTasks({ query, before: at, limit: Math.min(PAGE, left) });
    if (page.unindexed > 0)
      throw new SelectionError(
        "index_behind",
        `${page.unindexed} records that changed just now are not indexed yet; export again in a moment.`,
      );
    const lines = page.rows.map((row) => {
      const listed = redact.all(listedTask(row, runtime.zone));
      return format === "csv" ? `${csvLine(FIELDS.map((field) => listed[field]))}\r\n` : `${JSON.stringify(listed)}\n`;
    });
    const text = head + lines.join("");
    head = "";
    if (text !== "") yield text;
    left -= page.rows.length;
    if (page.next === null || left === 0) return;
    at = page.next;
  }
}
