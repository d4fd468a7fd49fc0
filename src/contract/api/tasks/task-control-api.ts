/** What people do with tasks, through the running instance. */
import { z } from "zod";
import { MAX_TASK_LENGTH } from "../../limits.ts";
import { MAX_NOTE_BYTES } from "../../note-target.ts";
import { QUERY_CAPS } from "../../query/task-query.ts";
import type { FromPerson } from "../from-person.ts";

/** Most tasks that are acted on while the request waits; more become a job. */
export const ACT_GROUP = 1000;

/** Most ids in one request. */
export const ID_GROUP = 10_000;

const ids = z.array(z.int().positive()).max(ID_GROUP);
const optionalReason = z.string().max(1000).default("").describe("Why.");

/** What is done, without saying to which tasks. */
const ACTS = {
  retry: {
    reason: optionalReason,
    children: z.boolean().default(false).describe("What followed from the tasks follows once more."),
    info: z.string().max(MAX_TASK_LENGTH).nullable().default(null).describe("The info of an edited copy."),
    meta: z
      .string()
      .max(MAX_TASK_LENGTH)
      .nullable()
      .default(null)
      .describe("A query string, merged over the meta of an edited copy."),
    as: z
      .enum(["recorded", "current"])
      .default("recorded")
      .describe("Send what was sent, or what the workflows in force would make for the same task time."),
  },
  cancel: {
    reason: optionalReason,
    children: z.boolean().default(false).describe("Also what is unfinished of all that followed."),
  },
  mark: {
    result: z.enum(["complete", "error", "skipped"]).describe("The result, as the workers would give it."),
    reason: z.string().min(1).max(1000).describe("Why."),
  },
  note: {
    text: z
      .string()
      .min(1)
      .max(MAX_NOTE_BYTES)
      .describe("The note, in UTF-8 at most 4,096 bytes; line breaks and control characters become spaces."),
  },
};

const selection = {
  ids: ids.min(1).optional().describe("The tasks, by any of their records."),
  query: z
    .string()
    .max(QUERY_CAPS.characters)
    .optional()
    .describe("Instead of `ids`: all tasks that this [query](query-language.md) finds, each by its newest record."),
  tz: z.string().max(64).optional().describe("The IANA zone of times in `query` that name none; else the instance's."),
  expect_count: z.int().min(0).optional().describe("Nothing is done when it is another number of tasks."),
  dry_run: z
    .boolean()
    .default(false)
    .describe("Change nothing: answer the number, and of a retry of at most 1,000 where its tasks would differ now."),
};

/** `POST /api/tasks/actions` */
export const taskActionRequest = z
  .discriminatedUnion("action", [
    z.strictObject({ action: z.literal("retry"), ...selection, ...ACTS.retry }),
    z.strictObject({ action: z.literal("cancel"), ...selection, ...ACTS.cancel }),
    z.strictObject({ action: z.literal("mark"), ...selection, ...ACTS.mark }),
    z.strictObject({ action: z.literal("note"), ...selection, ...ACTS.note }),
  ])
  .refine((request) => (request.ids === undefined) !== (request.query === undefined), {
    message: "give either ids or a query",
  })
  .refine(
    (request) =>
      request.action !== "retry" || request.as !== "current" || (request.info === null && request.meta === null),
    {
      path: ["as"],
      message: "info and meta make an edited copy of what was sent, current sends what would be made now: choose one",
    },
  );
export type TaskActionRequest = z.infer<typeof taskActionRequest>;

export type RetryTasksRequest = FromPerson<z.infer<z.ZodObject<typeof ACTS.retry>>> & {
  readonly ids: readonly number[];
  readonly dry_run: boolean;
};
export type CancelTasksRequest = FromPerson<z.infer<z.ZodObject<typeof ACTS.cancel>>> & {
  readonly ids: readonly number[];
};
export type MarkTasksRequest = FromPerson<z.infer<z.ZodObject<typeof ACTS.mark>>> & { readonly ids: readonly number[] };

/** What a job does to its tasks. */
const jobAct = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("retry"), ...ACTS.retry }),
  z.object({ kind: z.literal("cancel"), ...ACTS.cancel }),
  z.object({ kind: z.literal("mark"), ...ACTS.mark }),
]);
export type JobAct = FromPerson<z.infer<typeof jobAct>>;

const storedAct = z.intersection(jobAct, z.object({ by: z.string() }));

/** As a job keeps it. */
export function parseJobAct(text: string): JobAct {
  return storedAct.parse(JSON.parse(text));
}

const filling = {
  ids: ids.default([]).describe("Tasks of the job; those that it has already count once."),
  begin: z.boolean().default(false).describe("It has all its tasks, and begins."),
};

/** `POST /api/jobs`: a job of tasks that are named, in several requests where they are many. */
export const createJobRequest = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("retry"), ...filling, ...ACTS.retry }),
  z.strictObject({ action: z.literal("cancel"), ...filling, ...ACTS.cancel }),
  z.strictObject({ action: z.literal("mark"), ...filling, ...ACTS.mark }),
]);

/** `POST /api/jobs/{id}/tasks` */
export const fillJobRequest = z.strictObject(filling);

export const jobParams = z.object({ id: z.coerce.number().int().positive().describe("The number of the job.") });

/** Adds tasks to a job (`id` null: to a new one, which does `act`), lets it begin, or only asks how far it is. */
export interface JobRequest {
  readonly id: number | null;
  readonly act: JobAct | null;
  readonly ids: readonly number[];
  readonly begin: boolean;
  /** Only a job of this person: another is as if there were none. Default: anybody's. */
  readonly ofPerson?: string;
}

export const jobAnswer = z.object({
  id: z.int(),
  state: z.enum(["filling", "running", "done"]).describe("`filling`: its tasks are being named, and it has not begun."),
  total: z.int().describe("Tasks of the job."),
  changed: z.int().describe("Tasks that were changed so far."),
  refused: z.int().describe("Tasks to which nothing was done."),
  refusals: z
    .array(z.object({ record_id: z.int(), refused: z.string() }))
    .describe("The first of those, each with the reason."),
});
export type JobAnswer = z.infer<typeof jobAnswer>;

const taskForm = z.object({ info: z.string(), meta: z.string() });

const actedTasks = z.array(
  z.object({
    /** The record that was named. */
    record_id: z.int(),
    /** The record that was changed, or made; null: none was. */
    changed: z.int().nullable(),
    /** Why nothing was done; null: it was. */
    refused: z.string().nullable(),
    /** Of a cancel with children: how many tasks that followed were cancelled. */
    followed: z.int().optional(),
    /** Of a dry run, where the task would be another now; `meta` without the number of the attempt. */
    difference: z.object({ recorded: taskForm, current: taskForm }).optional(),
  }),
);

export const taskActionAnswer = z.object({
  count: z.int().describe("How many tasks were named or found."),
  tasks: actedTasks.describe(
    "What became of each: `record_id`, `changed` (the record that was changed or made; null: none), `refused` (why not), of a cancel with `children` how many `followed`, and of a dry run `difference`. Empty with a job.",
  ),
  job: jobAnswer
    .nullable()
    .describe("Of more than 1,000 tasks: ask `GET /api/jobs/{id}` how far it is. Null: all is done."),
});
export type TaskActionAnswer = z.infer<typeof taskActionAnswer>;
export type ActedTasks = z.infer<typeof actedTasks>;
