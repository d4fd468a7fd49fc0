import { hash } from "node:crypto";
import { z } from "zod";
import { DomainError } from "../../contract/domain-error.ts";
import type { Pagination } from "../../contract/api/list.ts";

/** Where a page ends: the key of its last row, as the query of the store takes it. */
export type PageKey = number | string | readonly (number | string | null)[];

const cursorForm = z.object({
  f: z.string(),
  p: z.int().min(2),
  k: z.union([z.number(), z.string(), z.array(z.union([z.number(), z.string(), z.null()]))]),
});

/** The page that a request asks for: its number, and the key after which it begins (null: at the beginning). */
export interface AskedPage {
  readonly page: number;
  readonly after: PageKey | null;
}

/**
 * Reads the cursor of a list. It says nothing to a caller and belongs to one filter: with another one it would begin
 * somewhere in a different list. Throws DomainError.
 */
export function askedPage(cursor: string | undefined, filter: object): AskedPage {
  if (cursor === undefined) return { page: 1, after: null };
  const found = cursorForm.safeParse(decoded(cursor));
  if (!found.success) {
    throw new DomainError("malformed", "bad_cursor", "The cursor is not one of this list: begin without one.");
  }
  if (found.data.f !== filterHash(filter)) {
    throw new DomainError(
      "malformed",
      "cursor_of_another_filter",
      "The cursor belongs to another filter: send it with the one that it came with, or begin without one.",
    );
  }
  return { page: found.data.p, after: found.data.k };
}

/** The pagination of a page that ends with the row of this key; null: no row follows. */
export function paginationOf(
  { page }: AskedPage,
  filter: object,
  last: PageKey | null,
  total: Pick<Pagination, "total" | "total_is">,
): Pagination {
  const form = { f: filterHash(filter), p: page + 1, k: last };
  return {
    next_cursor: last === null ? null : Buffer.from(JSON.stringify(form)).toString("base64url"),
    page,
    ...total,
  };
}

/** The total of a list that nobody counts: `found` of the rows of this page and the one after them. */
export function totalSeen({ page }: AskedPage, limit: number, found: number): Pick<Pagination, "total" | "total_is"> {
  return { total: (page - 1) * limit + found, total_is: found > limit ? "at_least" : "exact" };
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    // Refused as any other text that is no cursor.
    return null;
  }
}

/** Of the fields in the order of their names: a schema may give them in another one. */
function filterHash(filter: object): string {
  const entries = Object.entries(filter)
    .filter(([name, value]) => value !== undefined && name !== "cursor" && name !== "limit")
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return hash("sha256", JSON.stringify(entries), "base64url").slice(0, 12);
}
