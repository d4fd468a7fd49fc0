import type { z } from "zod";
import type { Pagination } from "../../contract/api/list.ts";
import { MAX_PAGE } from "../../contract/api/list.ts";
import type { ApiClient, Query } from "./api-client.ts";

/** The first `number` rows of a list, page after page; null: all of them. `isMore`: others follow. */
export async function pagesOf<Answer extends { readonly pagination: Pagination }, Row>(
  client: ApiClient,
  path: string,
  schema: z.ZodType<Answer>,
  { query, number }: { readonly query: Query; readonly number: number | null },
  rowsIn: (answer: Answer) => readonly Row[],
): Promise<{ readonly rows: readonly Row[]; readonly isMore: boolean }> {
  const rows: Row[] = [];
  const most = number ?? Infinity;
  let cursor: string | null = null;
  do {
    const limit = Math.min(MAX_PAGE, most - rows.length);
    const answer: Answer = await client.get(path, schema, { ...query, limit, cursor });
    rows.push(...rowsIn(answer));
    cursor = answer.pagination.next_cursor;
  } while (cursor !== null && rows.length < most);
  return { rows, isMore: cursor !== null };
}
