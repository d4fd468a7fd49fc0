/** What the command line asks about file events. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_PATH_FILTER } from "./path-filter.ts";

/** Events of one request: one transaction. */
export const REDRIVE_GROUP = 200;

const time = z.iso.datetime({ offset: true }).nullable().default(null);

/** `POST /api/files/redrive`: redrive stored file events. */
export const redriveFilesRequest = z
  .strictObject({
    /** Events by id; null: those that match the fields below. */
    ids: z.array(z.int().positive()).min(1).max(REDRIVE_GROUP).nullable().default(null),
    matched: z.boolean().nullable().default(null),
    type: z.string().min(1).max(200).nullable().default(null),
    job: z.string().max(200).nullable().default(null),
    path: z.string().max(LONGEST_PATH_FILTER).nullable().default(null),
    since: time,
    until: time,
    /** `next` and `up_to` of the answer before. */
    after: z.int().nonnegative().default(0),
    up_to: z.int().nonnegative().nullable().default(null),
    force: z.boolean().default(false),
    dry_run: z.boolean().default(false),
  })
  .refine(
    ({ ids, matched, type, path, since, until }) =>
      (ids === null) !== [matched, type, path, since, until].every((one) => one === null),
    {
      message: "give ids, or what the events have in common: matched, type, path, since or until",
    },
  )
  .refine(({ type, job }) => job === null || type !== null, { message: "a job needs a type" });
export type RedriveFilesRequest = z.infer<typeof redriveFilesRequest>;

/** `POST /api/files/finish`: make the task of gathered files of those that have come. */
export const finishFilesRequest = z.strictObject({
  type: z.string().min(1).max(200),
  job: z.string().max(200).default(""),
  workflow: z.string().max(1000).default(""),
  /** How the task time begins, as RFC 3339 writes it; `none`: files without one; null: any. */
  at: z.string().min(4).max(40).nullable().default(null),
  /** Also when several groups of files wait. */
  all: z.boolean().default(false),
  by: z.string().max(200).default("command line"),
});
export type FinishFilesRequest = z.infer<typeof finishFilesRequest>;

const waitingFiles = z.object({
  type: z.string(),
  job: z.string(),
  workflow: z.string(),
  task_time: z.string().nullable(),
});
export const finishFilesAnswer = z.object({
  finished: z.array(waitingFiles.extend({ record_id: z.int() })),
  waiting: z.array(waitingFiles),
});
export type FinishFilesAnswer = z.infer<typeof finishFilesAnswer>;

export const redriveFilesAnswer = z.object({
  results: z.array(
    z.object({
      id: z.int(),
      path: z.string(),
      matched: z.int(),
      taken: z.int(),
      waiting: z.int(),
      error: z.string().nullable(),
      tasks: z.array(z.object({ record_id: z.int(), type: z.string(), job: z.string(), info: z.string() })),
    }),
  ),
  next: z.int().nullable(),
  up_to: z.int().nullable(),
});
