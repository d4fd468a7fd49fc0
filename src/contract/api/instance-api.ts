/**
 * How the command line talks to the instance that runs on the same machine: the file with the address of that instance,
 * and the requests of its control route. Times are RFC 3339.
 */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW, MAX_TASK_LENGTH } from "../limits.ts";

/** Valid names of topics, types and jobs: they become part of messages, paths and broker names. */
const name = z
  .string()
  .max(LONGEST_NAME)
  .regex(/^[^\u0000-\u001f\u007f]*$/, "no control characters");

/** The file is beside the database, readable by its owner only, while the instance runs. */
export const instanceFile = z.object({
  pid: z.int(),
  /** With scheme, address and port, without a slash at the end. */
  url: z.url(),
  token: z.string().min(32),
});
export type InstanceFile = z.infer<typeof instanceFile>;

/** `2026-01-31`, with or without hour, minute and second; `today` or `yesterday`. */
const wallTime = z
  .string()
  .regex(/^(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}(?::\d{2}(?::\d{2})?)?)?|today|yesterday)$/, "a day or a time");

/** `POST /api/run`: create what a phase would create for a task time, now. */
export const runRequest = z.strictObject({
  type: name.min(1).describe("The type of the task. No control characters."),
  job: name.default("").describe("Its job. No control characters."),
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
export type RunRequest = z.infer<typeof runRequest>;

export const runAnswer = z.object({
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
export type RunAnswer = z.infer<typeof runAnswer>;

/** Limit of lines in one request: a longer input is sent in several. */
export const SEND_LINES = 10_000;

/** `POST /api/send`: put lines on a topic as they are, as if they had come from the bus. */
export const sendRequest = z.strictObject({
  topic: name.min(1).describe("The topic. No control characters."),
  lines: z.array(z.string()).min(1).max(SEND_LINES).describe("One message each."),
});

export const sendAnswer = z.object({ sent: z.int() });

/** `POST /api/dead-letters/redrive`: redrive dead letters to their original topics. */
export const redriveRequest = z
  .strictObject({
    ids: z
      .union([z.literal("all"), z.array(z.int().positive()).min(1).max(10_000)])
      .describe(
        '| Which dead letters. One that does not exist, or was redriven before, is skipped. One of which only the beginning is kept is refused (`dead_letter_cut`), and left out of `"all"`.',
      ),
    payload: z
      .string()
      .nullable()
      .default(null)
      .describe("The new payload of the one dead letter of `ids`; null: unchanged."),
  })
  .refine(({ ids, payload }) => payload === null || (ids !== "all" && ids.length === 1), {
    message: "a payload needs the id of one dead letter",
  });

export const redriveAnswer = z.object({ redriven: z.int() });

/** `POST /api/workflows/accept`: reload the workflows, and take for removed what is missing. */
export const acceptWorkflowsRequest = z.strictObject({});

/** Names of the workflow files that left. */
export const acceptWorkflowsAnswer = z.object({ removed: z.array(z.string()) });
