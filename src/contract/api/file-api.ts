/** What the command line asks about file events. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_WORKFLOW } from "../limits.ts";
import { FILE_STATES } from "./files/file-states.ts";
import { taskTimePrefix } from "./files/task-time-prefix.ts";
import type { FromPerson } from "./from-person.ts";
import { reason } from "./reason.ts";
import { LONGEST_PATH_FILTER } from "./path-filter.ts";

/** Events of one request: one transaction. */
export const REDRIVE_GROUP = 200;

const time = z.iso.datetime({ offset: true }).nullable().default(null);

/** `POST /api/files/redrive`: redrive stored file events. */
export const redriveFilesRequest = z
  .strictObject({
    ids: z
      .array(z.int().positive())
      .min(1)
      .max(REDRIVE_GROUP)
      .nullable()
      .default(null)
      .describe(
        "Which events. Null: those that the fields below select, oldest first; then one of `matched`, `state`, `type`, `workflow`, `path`, `since` and `until` must be given.",
      ),
    matched: z.boolean().nullable().default(null).describe("Only those that matched a phase, or none."),
    state: z
      .enum(FILE_STATES)
      .nullable()
      .default(null)
      .describe("The same, or only those with a near miss, or of which a task failed in the end."),
    type: z.string().min(1).max(200).nullable().default(null).describe("Only those that matched a phase of this type,"),
    job: z.string().max(200).nullable().default(null).describe("and of this job."),
    workflow: z
      .string()
      .min(1)
      .max(LONGEST_WORKFLOW)
      .nullable()
      .default(null)
      .describe("Only those that matched a phase of this workflow file."),
    task_time: taskTimePrefix
      .nullable()
      .default(null)
      .describe("With a type or a workflow: only those for a task time that begins so, as in `2026-01-31T05`."),
    path: z
      .string()
      .max(LONGEST_PATH_FILTER)
      .nullable()
      .default(null)
      .describe("Only those of this path; `*` stands for any characters, `?` for one."),
    since: time.describe("Only those received then or later."),
    until: time.describe("Only those received before."),
    after: z.int().nonnegative().default(0).describe("`next` of the previous answer."),
    up_to: z.int().nonnegative().nullable().default(null).describe("`up_to` of the previous answer."),
    force: z.boolean().default(false).describe("Also make a task for phases that made one of the event before."),
    dry_run: z.boolean().default(false).describe("Change nothing, and answer what would happen."),
    reason,
  })
  .refine(
    ({ ids, matched, state, type, workflow, path, since, until }) =>
      (ids === null) !== [matched, state, type, workflow, path, since, until].every((one) => one === null),
    {
      message: "give ids, or what the events have in common: matched, state, type, workflow, path, since or until",
    },
  )
  .refine(({ matched, state }) => matched === null || state === null, { message: "matched or state, not both" })
  .refine(({ type, job }) => job === null || type !== null, { message: "a job needs a type" })
  .refine(({ task_time: at, type, workflow }) => at === null || type !== null || workflow !== null, {
    message: "a task time needs a type or a workflow",
  });
export type RedriveFilesRequest = FromPerson<z.infer<typeof redriveFilesRequest>>;

/** `POST /api/files/finish`: make the task of gathered files of those that have come. */
export const finishFilesRequest = z.strictObject({
  type: z.string().min(1).max(200).describe("The type of the phase,"),
  job: z.string().max(200).default("").describe("and its job."),
  workflow: z.string().max(1000).default("").describe("Only the phase of this workflow file."),
  at: z
    .string()
    .min(4)
    .max(40)
    .nullable()
    .default(null)
    .describe("How the task time begins, as in `2026-01-31T05`; `none`: files without one."),
  all: z.boolean().default(false).describe("Also when several groups of files wait."),
});
export type FinishFilesRequest = FromPerson<z.infer<typeof finishFilesRequest>>;

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
