/**
 * How the command line talks to the instance that runs on the same machine: the file that tells it where that instance
 * is, and the requests of its control route. Times are RFC 3339.
 */
import { z } from "zod";

/** What a topic, type or job may be called: it becomes part of messages, paths and broker names. */
const name = z
  .string()
  .max(200)
  .regex(/^[^\u0000-\u001f\u007f]*$/, "no control characters");

/** Lies beside the database, readable by its owner alone, while the instance runs. */
export const instanceFile = z.object({
  pid: z.int(),
  /** With scheme, address and port, without a slash at the end. */
  url: z.url(),
  token: z.string().min(32),
});
export type InstanceFile = z.infer<typeof instanceFile>;

/** `POST /api/run`: create what a phase would create for a task time, now. */
export const runRequest = z.strictObject({
  type: name.min(1),
  job: name.default(""),
  /** Name of a workflow file; empty: the first that has the phase. */
  workflow: z.string().max(1000).default(""),
  /** The task time; null: now. */
  at: z.iso.datetime({ offset: true }).nullable().default(null),
  /** Instead of what the phase's template gives; null: the template. */
  info: z.string().max(100_000).nullable().default(null),
  /** A query string, laid over the meta that the phase gives. */
  meta: z.string().max(100_000).default(""),
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
    }),
  ),
});
export type RunAnswer = z.infer<typeof runAnswer>;

/** Lines of one request at most: a longer input is sent in several. */
export const SEND_LINES = 10_000;

/** `POST /api/send`: put lines on a topic as they are, as if they had come from the bus. */
export const sendRequest = z.strictObject({
  topic: name.min(1),
  lines: z.array(z.string()).min(1).max(SEND_LINES),
});

export const sendAnswer = z.object({ sent: z.int() });

/** `POST /api/dead-letters/redrive`: feed dead letters to the topics they came from again. */
export const redriveRequest = z
  .strictObject({
    ids: z.union([z.literal("all"), z.array(z.int().positive()).min(1).max(10_000)]),
    /** Fed instead of what the one letter of `ids` holds; null: letters are fed as they are. */
    payload: z.string().nullable().default(null),
  })
  .refine(({ ids, payload }) => payload === null || (ids !== "all" && ids.length === 1), {
    message: "a payload goes with the id of one letter",
  });

export const redriveAnswer = z.object({ redriven: z.int() });
