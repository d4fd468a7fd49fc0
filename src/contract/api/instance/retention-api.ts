/** How long history is kept, and what was deleted. Times are RFC 3339. */
import { z } from "zod";
import { pageQuery, pagination } from "../list.ts";

const tableName = z.string().min(1).max(100);

const rowCounts = z.record(z.string(), z.int()).describe("Rows by table.");

export const retentionPolicy = z.object({
  table: tableName.describe("The table."),
  days: z.number().nullable().describe("How long its rows are kept; null: for ever."),
  since: z.string().describe("What of a row its age counts from."),
  max_rows: z.int().nullable().describe("How many rows are kept, the newest; null: any number."),
  enabled: z.boolean().describe("Whether old rows are deleted."),
  archived: z.boolean().describe("Whether rows are archived before they are deleted."),
  source: z.enum(["default", "config", "set"]).describe("Where `days` is from; `set`: by a person."),
  set: z
    .object({
      days: z.number().nullable(),
      max_rows: z.int().nullable(),
      enabled: z.boolean().nullable(),
      archived: z.boolean().nullable(),
      at: z.string(),
      by: z.string(),
    })
    .nullable()
    .describe(
      "What a person set instead of the configuration: `days`, `max_rows`, `enabled`, `archived`, `at` and `by`; null: nothing.",
    ),
  last: z
    .object({ cleanup: z.int(), at: z.string(), deleted: z.int(), belonging: z.int() })
    .nullable()
    .describe(
      "The last cleanup that went to its end: its number `cleanup`, `at`, rows `deleted`, and rows of other tables `belonging` to them.",
    ),
});
export type RetentionPolicy = z.infer<typeof retentionPolicy>;

/** `GET /api/retention` */
export const retentionAnswer = z.object({
  policies: z.array(retentionPolicy).describe("One of each table whose rows grow old."),
});

/** `PUT /api/retention` */
export const setRetentionRequest = z.strictObject({
  table: tableName.describe("The table."),
  days: z
    .number()
    .min(1 / 24)
    .max(100_000)
    .nullable()
    .describe("How long its rows are kept, an hour at least; null: as configured."),
  max_rows: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe("How many rows are kept, the newest; 0: any number; null: as configured."),
  enabled: z.boolean().nullable().default(null).describe("Whether old rows are deleted; null: as configured."),
  archived: z
    .boolean()
    .nullable()
    .default(null)
    .describe("Whether rows are archived before they are deleted; null: as configured."),
});
export type SetRetention = z.infer<typeof setRetentionRequest>;

export const cleanup = z.object({
  id: z.int(),
  cause: z.enum(["daily", "hand", "refresh"]).describe("Why it began."),
  state: z.enum(["running", "done", "stopped"]),
  dry_run: z.boolean().describe("It only counts."),
  by: z.string().describe("Who began it."),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  at_table: z.string().nullable().describe("The table that it is at; null: it has ended."),
  archive_failure: z
    .string()
    .nullable()
    .describe("Why rows could not be archived: they stay, and it is tried again; null: they could."),
  tables: z
    .array(
      z.object({
        table: z.string(),
        before: z.string().nullable(),
        max_rows: z.int().nullable(),
        deleted: z.int(),
        belonging: rowCounts,
      }),
    )
    .describe(
      "What it deletes, in this order: rows of `table` that ended `before`, and the oldest beyond `max_rows`; so far `deleted`, with the rows of other tables `belonging` to them. A dry run counts what would be.",
    ),
});
export type CleanupAnswer = z.infer<typeof cleanup>;

/** `DELETE /api/cleanup` */
export const cleanupQuery = z.strictObject({
  table: tableName.optional().describe("Only this table; missing: all."),
  older_than: z
    .string()
    .max(50)
    .optional()
    .describe("Rows that ended longer ago, as in `30d` or `36h`, an hour at least; missing: by the policies."),
  dry_run: z.stringbool().default(true).describe("Only count what would be deleted."),
});

export const cleanupParams = z.object({
  id: z.coerce.number().int().positive().describe("The number of the cleanup."),
});

/** `GET /api/cleanup` */
export const cleanupsQuery = z.strictObject({ ...pageQuery });
export const cleanupsAnswer = z.object({
  cleanups: z.array(cleanup).describe("The newest first; of the last 500."),
  pagination,
});
