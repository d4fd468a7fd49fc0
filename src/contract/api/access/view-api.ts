/** Saved views: searches that people keep under a name. Times are RFC 3339. */
import { z } from "zod";
import { printable } from "../../printable.ts";
import { QUERY_CAPS } from "../../query/task-query.ts";
import { pageQuery, pagination } from "../list.ts";
import { TASK_SORTS } from "../tasks/task-list-api.ts";

export const VIEW_PAGES = ["tasks", "alerts", "files"] as const;
export type ViewPage = (typeof VIEW_PAGES)[number];

const NAME_MAX = 100;
const COLUMNS_MAX = 100;

const page = z.enum(VIEW_PAGES);

const content = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(NAME_MAX)
    .refine((name) => printable(name) === name, "has characters that cannot be shown: give a name on one line")
    .describe("Its name, at most 100 characters; no two of an owner have the same, in upper or lower case."),
  is_shared: z.boolean().default(false).describe("Whether everybody has it in their list: of an operator or admin."),
  page: page.describe("What it shows."),
  query: z
    .string()
    .max(QUERY_CAPS.characters)
    .default("")
    .describe(
      "What is searched for: of `tasks` in the [language](query-language.md), of the others as the page has it.",
    ),
  sort: z.string().max(100).default("").describe("Of `tasks` as `GET /api/tasks` takes it; empty: as the page sorts."),
  columns: z
    .array(z.string().min(1).max(100))
    .max(COLUMNS_MAX)
    .default([])
    .describe("The columns in their order, at most 100; none: those that the page shows."),
};

function isTaskSort(sort: string): boolean {
  return TASK_SORTS.some((by) => sort === by || sort === `-${by}`);
}

/** `POST /api/views`, `PUT /api/views/{id}` */
export const viewRequest = z
  .strictObject(content)
  .refine((view) => view.page !== "tasks" || view.sort === "" || isTaskSort(view.sort), {
    path: ["sort"],
    error: `tasks are sorted by ${TASK_SORTS.join(", ")}, with - before it for descending`,
  });

/** As every answer has it. */
const view = z.object({
  id: z.int(),
  name: z.string(),
  owner: z.string(),
  is_shared: z.boolean(),
  page,
  query: z.string(),
  sort: z.string(),
  columns: z.array(z.string()).readonly(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** Of both, and of a list. */
export const viewAnswer = view;

/** `GET /api/views` */
export const viewsQuery = z.strictObject({
  page: page.optional().describe("Only those of this page."),
  ...pageQuery,
});
export const viewsAnswer = z.object({
  views: z
    .array(view)
    .describe(
      "Those of the caller and those that are shared, in the order in which they were made; `owner` as in the audit log.",
    ),
  pagination,
});

export const viewParams = z.strictObject({
  id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).describe("Its number."),
});

/** `DELETE /api/views/{id}` */
export const removeViewAnswer = z.object({ removed: z.int().describe("The number of the view.") });
