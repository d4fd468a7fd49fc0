import { z } from "zod";
import type { tasksAnswer } from "../../../contract/api/tasks/task-list-api.ts";
import { DomainError } from "../../../contract/domain-error.ts";
import type { TaskQuery } from "../../../contract/query/task-query.ts";
import {
  shownTask,
  listTasks,
  notesOfTasks,
  type ListPlace,
  type ListRequest,
} from "../../../engine/tasks/list-tasks.ts";
import type { SortPlace, SortRequest } from "../../../store/task-queries.ts";
import { RequestError } from "../../errors.ts";
import { timeText } from "../../request-time.ts";
import { askedPage, paginationOf, type PageKey } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";

interface Asked {
  readonly sort: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly before?: number | undefined;
}

/** A page of tasks. `asked`: the checked request, to whose filter the cursor is bound. */
export async function taskPage(
  asked: Asked,
  query: TaskQuery,
  { reads, runtime }: Pick<ApiDeps, "reads" | "runtime">,
): Promise<z.input<typeof tasksAnswer>> {
  const { sort: order, limit, cursor, before } = asked;
  if (before !== undefined && order !== "-created")
    throw new RequestError([{ pointer: "/query/before", message: "only the newest first begin before a record" }]);
  const page = askedPage(cursor, asked);
  const sort: ListRequest["sort"] =
    order === "-created"
      ? null
      : { by: order.replace(/^-/, "") as SortRequest["by"], descending: order.startsWith("-") };
  const first = before === undefined ? null : { before, seen: 0 };
  const after = page.after === null ? first : placeOf(page.after, sort !== null);
  const found = await listTasks({ query, limit, sort, after }, reads);
  const { rows, next, total, isExact, searchedTo, unindexed } = found;
  const notesOf = await notesOfTasks(
    rows.map((row) => row.first_attempt_id),
    reads,
  );
  return {
    tasks: rows.map((row) => ({ ...shownTask(row, runtime.zone), notes: notesOf(row.first_attempt_id) })),
    searched_to: timeText(searchedTo),
    unindexed,
    next_before: next !== null && "before" in next ? next.before : null,
    pagination: paginationOf(page, asked, next === null ? null : keyOf(next), {
      total,
      total_is: isExact ? "exact" : "at_least",
    }),
  };
}

const listKey = z.tuple([z.int().positive(), z.int()]);
const sortKey = z.tuple([z.number().nullable(), z.int(), z.int().min(0), z.int()]);

function placeOf(key: PageKey | null, isSorted: boolean): ListPlace | SortPlace | null {
  if (key === null) return null;
  const parsed = (isSorted ? sortKey : listKey).safeParse(key);
  if (!parsed.success)
    throw new DomainError("malformed", "bad_cursor", "The cursor is not one of this list: begin without one.");
  const [first, second, from, until] = parsed.data;
  if (from === undefined || until === undefined) return { before: first ?? 0, seen: second };
  return { value: first, record: second, from, until };
}

function keyOf(place: ListPlace | SortPlace): PageKey {
  return "before" in place ? [place.before, place.seen] : [place.value, place.record, place.from, place.until];
}
