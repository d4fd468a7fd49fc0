/** What every list of the API has in common. */
import { z } from "zod";

/** Most rows of one page. */
export const MAX_PAGE = 500;

/** The part of a query that asks for a page; a route adds its filter. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50).describe("Rows of the page."),
  cursor: z
    .string()
    .max(2000)
    .optional()
    .describe("`next_cursor` of the page before, with the same filter; without it the first page."),
};

/** Of a list whose rows have numbers, the newest first. */
export const beforeQuery = {
  before: z.coerce
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("Only rows with a lesser number; a `cursor` goes on from there."),
};

export const pagination = z
  .object({
    next_cursor: z.string().nullable().describe("Null: this is the last page."),
    page: z.int().describe("From 1."),
    total: z.int(),
    total_is: z.enum(["exact", "at_least"]).describe("`at_least`: nobody has counted to the end."),
  })
  .describe("`next_cursor`, `page`, `total`, and whether that is `exact` or `at_least` so many.");
export type Pagination = z.infer<typeof pagination>;
