import type { Pagination } from "../../../contract/api/list.ts";
import type { PageOf } from "../../../store/access-store.ts";
import { askedPage, paginationOf } from "../../api/cursor.ts";

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of rows that are listed in the order of their ids. `read` is asked for one more than the page has. */
export async function pageOf<Row extends { readonly id: number }>(
  query: PageQuery,
  read: (page: PageOf) => Promise<readonly Row[]>,
): Promise<{ readonly rows: readonly Row[]; readonly pagination: Pagination }> {
  const page = askedPage(query.cursor, query);
  const found = await read({ after: typeof page.after === "number" ? page.after : 0, limit: query.limit + 1 });
  const rows = found.slice(0, query.limit);
  const last = found.length > rows.length ? (rows.at(-1)?.id ?? null) : null;
  const total = (page.page - 1) * query.limit + found.length;
  const pagination = paginationOf(page, query, last, { total, total_is: last === null ? "exact" : "at_least" });
  return { rows, pagination };
}
