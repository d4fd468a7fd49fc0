/** Tasks that people create. */
import { z } from "zod";
import { LONGEST_WORKFLOW, MAX_TASK_LENGTH } from "../../limits.ts";
import { wireName } from "../wire-name.ts";

/** `2026-01-31`, with or without hour, minute and second; `today` or `yesterday`. */
const wallTime = z
  .string()
  .regex(/^(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}(?::\d{2}(?::\d{2})?)?)?|today|yesterday)$/, "a day or a time");

/** `POST /api/tasks`: create what a phase would create for a task time, now. */
export const createTaskRequest = z.strictObject({
  type: wireName.min(1).describe("The type of the task. No control characters."),
  job: wireName.default("").describe("Its job. No control characters."),
  workflow: z
    .string()
    .max(LONGEST_WORKFLOW)
    .default("")
    .describe("The workflow file whose phase it is; empty: the first that has it."),
  /** The task time; null: now. A day, or a time without a zone, is by the clock of the phase's zone. */
  at: z
    .union([z.iso.datetime({ offset: true }), wallTime])
    .nullable()
    .default(null)
    .describe("The task time; null: now. A day is that of its one tick of that day."),
  info: z
    .string()
    .max(MAX_TASK_LENGTH)
    .nullable()
    .default(null)
    .describe("The info, instead of that of the template. With it, no phase is needed."),
  meta: z.string().max(MAX_TASK_LENGTH).default("").describe("A query string, merged over the meta of the phase."),
  now: z.boolean().default(false).describe("Sent at once, past `max_active` and `overlap` of the phase."),
  row: z
    .string()
    .max(MAX_TASK_LENGTH)
    .default("")
    .describe("A query string: of a batch only the rows with these values."),
  reason: z.string().max(1000).default("").describe("Why, for others who read the history later."),
});
export type CreateTaskRequest = z.infer<typeof createTaskRequest>;

export const createTaskAnswer = z.object({
  tasks: z.array(
    z.object({
      record_id: z.int(),
      id: z.string(),
      type: z.string(),
      job: z.string(),
      info: z.string(),
      meta: z.string(),
      /** It waits for a slot of its phase. */
      held: z.boolean().default(false),
    }),
  ),
});
export type CreateTaskAnswer = z.infer<typeof createTaskAnswer>;
