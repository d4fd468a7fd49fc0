/** What the command line asks of backfills. Times are as a person writes them: by the clock of the phase, or RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../limits.ts";
import type { FromPerson } from "./from-person.ts";

const askedTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d{2}-\d{2}/, "a day or a time");

const reason = z.string().max(1000).default("").describe("Why.");

/** How many of its tasks may be unfinished at a time. */
export const MAX_BACKFILL_ACTIVE = 10_000;

/** `POST /api/backfills`: begin one. */
export const createBackfillRequest = z.strictObject({
  type: z.string().min(1).max(LONGEST_NAME).describe("The type of the phase,"),
  job: z.string().max(LONGEST_NAME).default("").describe("and its job."),
  workflow: z
    .string()
    .max(LONGEST_WORKFLOW)
    .default("")
    .describe("Its workflow file; empty: the first with the phase."),
  from: askedTime.describe(
    "The oldest task time, as in `2026-01-31` or `2026-01-31T05`: by the clock of the phase, unless it has a zone.",
  ),
  to: askedTime.nullable().default(null).describe("The newest one; a day is meant to its end. Null: that of `from`."),
  step: z
    .enum(["hour", "day", "week", "month"])
    .nullable()
    .default(null)
    .describe("Null: the schedule of the phase, or its days."),
  order: z.enum(["oldest", "newest"]).default("oldest").describe("Which times come first."),
  meta: z
    .record(z.string().max(200), z.string().max(10_000))
    .nullable()
    .default(null)
    .describe("One row instead of those of the phase."),
  meta_file: z.string().max(4096).default("").describe("A file of rows instead."),
  only: z
    .enum(["missing", "failed", "missing,failed", "all"])
    .default("missing")
    .describe("The times that get a task."),
  children: z.boolean().default(false).describe("Whether the children of its tasks follow them."),
  max_active: z
    .int()
    .min(1)
    .max(MAX_BACKFILL_ACTIVE)
    .default(10)
    .describe("How many of its tasks may be unfinished at a time."),
  stop_on_failure: z.boolean().default(false).describe("Pause it when a task has failed for good."),
  total: z.int().nonnegative().describe("How many tasks it makes, as its preview counted them."),
  reason,
});
export type CreateBackfillRequest = FromPerson<z.infer<typeof createBackfillRequest>>;
export const createBackfillAnswer = z.object({ id: z.int() });

export const BACKFILL_ACTS = ["pause", "resume", "cancel", "retry-failed"] as const;

/** `POST /api/backfills/change`. */
export const changeBackfillRequest = z.strictObject({
  id: z.int().positive().describe("Which backfill."),
  act: z.enum(BACKFILL_ACTS).describe("What to do."),
  reason,
});
export type ChangeBackfillRequest = FromPerson<z.infer<typeof changeBackfillRequest>>;
/** `slots`: how many it concerns. */
export const changeBackfillAnswer = z.object({ slots: z.int() });
