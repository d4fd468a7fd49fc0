import type { Pagination } from "../../contract/api/list.ts";
import { askedPage, paginationOf } from "./cursor.ts";

interface PageQuery {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A page of a list whose rows have numbers, the newest first. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly pagination: Pagination;
}

/**
 * Reads one row more than the page has, to know whether another page follows. `total`: how many rows the list has, where
 * somebody counts them; else null.
 */
export async function pageById<Row extends { readonly id: number }>(
  query: PageQuery,
  read: (limit: number, before: number | null) => Promise<readonly Row[]>,
  total: number | null = null,
): Promise<Page<Row>> {
  return await pageOf(
    query,
    async (before) => {
      const found = await read(query.limit + 1, before);
      const rows = found.slice(0, query.limit);
      return { rows, next: found.length > rows.length ? (rows.at(-1)?.id ?? null) : null };
    },
    total,
  );
}

/** The same where the query itself says whether another page follows: it may end before the page is full. */
export async function pageOf<Row>(
  query: PageQuery,
  read: (before: number | null) => Promise<{ readonly rows: readonly Row[]; readonly next: number | null }>,
  total: number | null = null,
): Promise<Page<Row>> {
  const page = askedPage(query.cursor, query);
  // How many rows the pages before had travels in the cursor: a page may be short.
  const [before = query.before ?? null, counted = 0] = Array.isArray(page.after)
    ? (page.after as readonly number[])
    : [];
  const { rows, next } = await read(before);
  const seen = counted + rows.length;
  return {
    rows,
    pagination: paginationOf(page, query, next === null ? null : [next, seen], {
      total: total ?? seen,
      total_is: total !== null || next === null ? "exact" : "at_least",
    }),
  };
}
