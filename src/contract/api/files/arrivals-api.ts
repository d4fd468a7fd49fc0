/** When the files of a phase came. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../../limits.ts";
import { parsePhaseKey } from "../workflows/phase-key.ts";

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "a day")
  .optional();

/** `GET /api/files/arrivals` */
export const arrivalsQuery = z.strictObject({
  phase: z
    .string()
    .min(1)
    .max(2 * LONGEST_NAME + 1)
    .refine((text) => parsePhaseKey(text) !== null, "neither the id of a phase nor TYPE or TYPE:JOB")
    .describe("The id of a phase in force, or `TYPE:JOB`, or `TYPE` for the phase without a job."),
  workflow: z.string().min(1).max(LONGEST_WORKFLOW).optional().describe("Its workflow file, where several have it."),
  from: day.describe("The first day of the task times, by the clocks of the phase; at most 800 days."),
  to: day.describe(
    "The last one. Without both: 14 days; of files that come daily 8 weeks, monthly 2 years, up to the end of the current one.",
  ),
});

const slot = z.object({
  task_time: z.string(),
  state: z.enum(["came", "missing", "due", "coming"]),
  delay_ms: z.number().nullable(),
  file_id: z.int().nullable(),
  first_at: z.string().nullable(),
  last_at: z.string().nullable(),
});

export const arrivalsAnswer = z.object({
  phase: z.object({
    phase_id: z.int(),
    workflow: z.string(),
    task: z.string(),
    type: z.string(),
    job: z.string(),
    line: z.int(),
    zone: z.string(),
    language: z.enum(["files", "files_glob"]),
    pattern: z.string().nullable(),
  }),
  from: z.string().describe("The first day."),
  to: z.string(),
  step: z
    .union([z.object({ ms: z.number() }), z.literal("month")])
    .nullable()
    .describe("From one task time to the next, as most of the last 60 have it; null: they have no habit."),
  usual_delay_ms: z
    .number()
    .nullable()
    .describe("How long after its task time the first file usually comes: the median of the last 30."),
  longest_delay_ms: z.number().nullable(),
  alert_after_ms: z
    .number()
    .nullable()
    .describe("How long after its task time a missing file raises an alert (`expect_by`); null: never."),
  slots: z
    .array(slot)
    .describe(
      "Task times, oldest first: `came`, with how long after it (`delay_ms`) and which file (`file_id`) the first was, and when the last came; or expected and `missing` (later than ever), `due` or `coming`.",
    ),
  cut: z.boolean().describe("There are older task times in these days: 5,000 are read."),
});
export type ArrivalsAnswer = z.infer<typeof arrivalsAnswer>;
