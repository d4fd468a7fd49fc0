/** What people do with tasks, through the running instance. */
import { z } from "zod";
import { MAX_TASK_LENGTH } from "../limits.ts";

/** Most tasks in one request. */
export const ACT_GROUP = 1000;

/** By the number of any record of the task; a person's name and reason as the history shows them. */
const acting = {
  ids: z.array(z.int().positive()).min(1).max(ACT_GROUP),
  by: z.string().min(1).max(200),
};
const optionalReason = z.string().max(1000).default("");

/** `POST /api/tasks/retry`: one more attempt of each task, or an edited copy. */
export const retryTasksRequest = z.strictObject({
  ...acting,
  reason: optionalReason,
  /** What followed from the task follows once more. */
  children: z.boolean().default(false),
  /** An edited copy instead, with this info; null: that of the task. */
  info: z.string().max(MAX_TASK_LENGTH).nullable().default(null),
  /** An edited copy instead, with these keys (a query string) over the meta of the task; null: its meta. */
  meta: z.string().max(MAX_TASK_LENGTH).nullable().default(null),
  /** Send the task as it was sent, or as the workflows in force would make it for the same task time. */
  as: z.enum(["recorded", "current"]).default("recorded"),
  /** Change nothing, and answer where the two differ. */
  dry_run: z.boolean().default(false),
});
export type RetryTasksRequest = z.infer<typeof retryTasksRequest>;

/** `POST /api/tasks/cancel`: cancel what is unfinished. */
export const cancelTasksRequest = z.strictObject({
  ...acting,
  reason: optionalReason,
  /** Also what is unfinished of all that followed. */
  children: z.boolean().default(false),
});
export type CancelTasksRequest = z.infer<typeof cancelTasksRequest>;

/** `POST /api/tasks/mark`: give tasks a result as their workers would. */
export const markTasksRequest = z.strictObject({
  ...acting,
  result: z.enum(["complete", "error", "skipped"]),
  reason: z.string().min(1).max(1000),
});
export type MarkTasksRequest = z.infer<typeof markTasksRequest>;

/** Most tasks in one request for a job. */
export const JOB_GROUP = 10_000;

/** What a job does to its tasks: the requests above without their ids. */
const jobAct = z.discriminatedUnion("kind", [
  retryTasksRequest.omit({ ids: true, dry_run: true }).extend({ kind: z.literal("retry") }),
  cancelTasksRequest.omit({ ids: true }).extend({ kind: z.literal("cancel") }),
  markTasksRequest.omit({ ids: true }).extend({ kind: z.literal("mark") }),
]);
export type JobAct = z.infer<typeof jobAct>;

/** As a job keeps it. */
export function parseJobAct(text: string): JobAct {
  return jobAct.parse(JSON.parse(text));
}

/** `POST /api/tasks/job`: act on many tasks, in steps that a restart continues; or ask how far it is. */
export const jobRequest = z.strictObject({
  /** Null: a new job. */
  id: z.int().positive().nullable().default(null),
  /** Of a new job: what it does. */
  act: jobAct.nullable().default(null),
  /** Added to a job that has not begun. */
  ids: z.array(z.int().positive()).max(JOB_GROUP).default([]),
  begin: z.boolean().default(false),
});
export type JobRequest = z.infer<typeof jobRequest>;

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
      /** The record that was changed, or made; null: nothing was done. */
      changed: z.int().nullable(),
      /** Why nothing was done; null: it was. */
      refused: z.string().nullable(),
      /** Of a dry run, where the task would be another now; `meta` without the number of the attempt. */
      difference: z.object({ recorded: taskForm, current: taskForm }).optional(),
    }),
  ),
});
export type ActedAnswer = z.infer<typeof actedAnswer>;
