/** What people do with tasks, through the running instance. */
import { z } from "zod";
import { MAX_TASK_LENGTH } from "../limits.ts";
import type { FromPerson } from "./from-person.ts";

/** Most tasks in one request. */
export const ACT_GROUP = 1000;

/** By the number of any record of the task. */
const acting = {
  ids: z.array(z.int().positive()).min(1).max(ACT_GROUP).describe("The tasks, by any of their records."),
};
const optionalReason = z.string().max(1000).default("");

/** `POST /api/tasks/retry`: one more attempt of each task, or an edited copy. */
export const retryTasksRequest = z.strictObject({
  ...acting,
  reason: optionalReason.describe("Why."),
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
  dry_run: z
    .boolean()
    .default(false)
    .describe(
      "Change nothing, and answer where the two differ: `difference`, with `recorded` and `current`, each `info` and `meta`.",
    ),
});
export type RetryTasksRequest = FromPerson<z.infer<typeof retryTasksRequest>>;

/** `POST /api/tasks/cancel`: cancel what is unfinished. */
export const cancelTasksRequest = z.strictObject({
  ...acting,
  reason: optionalReason.describe("Why."),
  children: z.boolean().default(false).describe("Also what is unfinished of all that followed."),
});
export type CancelTasksRequest = FromPerson<z.infer<typeof cancelTasksRequest>>;

/** `POST /api/tasks/mark`: give tasks a result as their workers would. */
export const markTasksRequest = z.strictObject({
  ...acting,
  result: z.enum(["complete", "error", "skipped"]).describe("The result."),
  reason: z.string().min(1).max(1000).describe("Why."),
});
export type MarkTasksRequest = FromPerson<z.infer<typeof markTasksRequest>>;

/** Most tasks in one request for a job. */
export const JOB_GROUP = 10_000;

/** What a job does to its tasks: the requests above without their ids. */
const jobAct = z.discriminatedUnion("kind", [
  retryTasksRequest.omit({ ids: true, dry_run: true }).extend({ kind: z.literal("retry") }),
  cancelTasksRequest.omit({ ids: true }).extend({ kind: z.literal("cancel") }),
  markTasksRequest.omit({ ids: true }).extend({ kind: z.literal("mark") }),
]);
export type JobAct = FromPerson<z.infer<typeof jobAct>>;

const storedAct = z.intersection(jobAct, z.object({ by: z.string() }));

/** As a job keeps it. */
export function parseJobAct(text: string): JobAct {
  return storedAct.parse(JSON.parse(text));
}

/** `POST /api/tasks/job`: act on many tasks, in steps that a restart continues; or ask how far it is. */
export const jobRequest = z.strictObject({
  id: z.int().positive().nullable().default(null).describe("The job; null: a new one."),
  act: jobAct
    .nullable()
    .default(null)
    .describe(
      "Of a new job: the fields of `/api/tasks/retry`, `cancel` or `mark` without `ids` and `dry_run`, and `kind`: `retry`, `cancel` or `mark`.",
    ),
  ids: z.array(z.int().positive()).max(JOB_GROUP).default([]).describe("Tasks to add to a job that has not begun."),
  begin: z.boolean().default(false).describe("It has all its tasks, and begins."),
});
export type JobRequest = Omit<z.infer<typeof jobRequest>, "act"> & { readonly act: JobAct | null };

export const jobAnswer = z.object({
  id: z.int(),
  state: z.enum(["filling", "running", "done"]),
  total: z.int(),
  changed: z.int(),
  refused: z.int(),
  /** The first of the refused ones. */
  refusals: z.array(z.object({ record_id: z.int(), refused: z.string() })),
});
export type JobAnswer = z.infer<typeof jobAnswer>;

const taskForm = z.object({ info: z.string(), meta: z.string() });

export const actedAnswer = z.object({
  tasks: z.array(
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
  ),
});
export type ActedAnswer = z.infer<typeof actedAnswer>;
