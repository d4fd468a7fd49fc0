/** Backfills. Times of requests are as a person writes them: by the clock of the phase, or RFC 3339; those of answers are RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW, MAX_BACKFILL_ACTIVE } from "../../limits.ts";
import type { FromPerson } from "../from-person.ts";
import { beforeQuery, pageQuery, pagination } from "../list.ts";

const askedTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d{2}-\d{2}/, "a day or a time");

const reason = z.string().max(1000).default("").describe("Why.");

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
export const createBackfillAnswer = z.object({ id: z.int().describe("The number of the new backfill.") });

/** `POST /api/backfills/preview` */
export const previewBackfillRequest = createBackfillRequest
  .omit({ total: true, children: true, max_active: true, stop_on_failure: true, reason: true })
  .extend(pageQuery);

export const previewedSlot = z.object({
  class: z.enum(["new", "exists", "failed", "running"]),
  selected: z.boolean(),
  task_time: z.string().nullable(),
  type: z.string(),
  job: z.string(),
  info: z.string(),
  meta: z.string(),
  about_at: z.string().describe("The moment that the task is about: several may have one task time."),
});

export const previewBackfillAnswer = z.object({
  phase_id: z.int(),
  workflow: z.string(),
  zone: z.string().describe("The IANA zone of its task times."),
  step: z.string().describe("`schedule`, or the step between its times."),
  slots: z
    .array(previewedSlot)
    .describe(
      "In the order in which they are made. `class` is what there is of the task: `new` (nothing), `exists`, `failed`, `running`; `selected`: it gets one. The sum of these over all pages is the `total` of the request that begins the backfill.",
    ),
  pagination,
});

const BACKFILL_STATES = ["running", "paused", "cancelled", "finished"] as const;
export const SLOT_STATES = ["waiting", "active", "complete", "failed", "cancelled"] as const;

/** `GET /api/backfills` */
export const backfillsQuery = z.strictObject({
  state: z.enum(BACKFILL_STATES).optional().describe("Only those in this state."),
  ...beforeQuery,
  ...pageQuery,
});

export const backfillAnswer = z.object({
  id: z.int(),
  type: z.string(),
  job: z.string(),
  workflow: z.string(),
  state: z.enum(BACKFILL_STATES),
  note: z.string().describe("Why it is paused or cancelled."),
  selection: z.string().describe("The times that get a task: `only` of the request."),
  max_active: z.int(),
  total: z.int().describe("How many tasks it makes; exact once it is `planned`."),
  waiting: z.int(),
  active: z.int(),
  complete: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  planned: z.boolean(),
  from: z.string(),
  to: z.string(),
  step: z.string().describe("`schedule`, or the step between its times."),
  zone: z.string(),
  order: z.enum(["oldest", "newest"]),
  a_minute: z.number().nullable().describe("Tasks that ended a minute since it was begun; null: none has."),
  left_ms: z.int().nullable().describe("How long it goes on at that rate; null: not known, or it does not run."),
  created_by: z.string(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
});

export const backfillsAnswer = z.object({
  backfills: z.array(backfillAnswer).describe("The newest first; each as `GET /api/backfills/{id}` answers it."),
  pagination,
});

/** `{id}` of `/api/backfills/{id}` */
export const backfillParams = z.object({
  id: z.coerce.number().int().positive().describe("The number of the backfill."),
});

/** `GET /api/backfills/{id}/slots` */
export const backfillSlotsQuery = z.strictObject({
  state: z.enum(SLOT_STATES).optional().describe("Only those in this state."),
  ...pageQuery,
});

export const backfillSlotsAnswer = z.object({
  slots: z
    .array(
      z.object({
        position: z.int(),
        about_at: z.string(),
        row: z.int(),
        state: z.enum(SLOT_STATES),
        record_id: z.int().nullable(),
      }),
    )
    .describe(
      "In their order. `about_at` is the moment that the task is about, `row` the index of its row of meta (0 without rows), `record_id` its task once it has one.",
    ),
  pagination,
});

export const BACKFILL_ACTS = ["pause", "resume", "cancel", "retry-failed"] as const;
export type BackfillAct = (typeof BACKFILL_ACTS)[number];

/** `POST /api/backfills/{id}/pause`, `resume`, `cancel` and `retry-failed`. */
export const changeBackfillRequest = z.strictObject({ reason });
export type ChangeBackfillRequest = FromPerson<z.infer<typeof changeBackfillRequest>> & {
  readonly id: number;
  readonly act: BackfillAct;
};
export const changeBackfillAnswer = z.object({ slots: z.int().describe("How many slots it concerns.") });
