/** What the command line asks of backfills. Times are as a person writes them: by the clock of the phase, or RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../limits.ts";

const askedTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d{2}-\d{2}/, "a day or a time");

const person = { by: z.string().min(1).max(200), reason: z.string().max(1000).default("") };

/** How many of its tasks may be unfinished at a time. */
export const MAX_BACKFILL_ACTIVE = 10_000;

/** `POST /api/backfills`: begin one. */
export const createBackfillRequest = z.strictObject({
  type: z.string().min(1).max(LONGEST_NAME),
  job: z.string().max(LONGEST_NAME).default(""),
  /** Name of a workflow file; empty: the first with the phase. */
  workflow: z.string().max(LONGEST_WORKFLOW).default(""),
  from: askedTime,
  /** Null: that of `from`. */
  to: askedTime.nullable().default(null),
  /** Null: the schedule of the phase, or its days. */
  step: z.enum(["hour", "day", "week", "month"]).nullable().default(null),
  order: z.enum(["oldest", "newest"]).default("oldest"),
  /** One row instead of those of the phase. */
  meta: z.record(z.string().max(200), z.string().max(10_000)).nullable().default(null),
  meta_file: z.string().max(4096).default(""),
  only: z.enum(["missing", "failed", "missing,failed", "all"]).default("missing"),
  children: z.boolean().default(false),
  max_active: z.int().min(1).max(MAX_BACKFILL_ACTIVE).default(10),
  stop_on_failure: z.boolean().default(false),
  /** How many tasks it makes, as its preview counted them. */
  total: z.int().nonnegative(),
  ...person,
});
export type CreateBackfillRequest = z.infer<typeof createBackfillRequest>;
export const createBackfillAnswer = z.object({ id: z.int() });

export const BACKFILL_ACTS = ["pause", "resume", "cancel", "retry-failed"] as const;

/** `POST /api/backfills/change`. */
export const changeBackfillRequest = z.strictObject({ id: z.int().positive(), act: z.enum(BACKFILL_ACTS), ...person });
export type ChangeBackfillRequest = z.infer<typeof changeBackfillRequest>;
/** `slots`: how many it concerns. */
export const changeBackfillAnswer = z.object({ slots: z.int() });
