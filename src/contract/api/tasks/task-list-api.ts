/** Task records: lists, and what they have in numbers. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME } from "../../limits.ts";
import { QUERY_CAPS } from "../../query/task-query.ts";
import { note } from "../note-api.ts";
import { beforeQuery, MAX_PAGE, pageQuery, pagination } from "../list.ts";

export const TASK_SORTS = ["created", "task_time", "queue", "run"] as const;

const sort = z
  .enum(TASK_SORTS.flatMap((by) => [by, `-${by}`] as const))
  .default("-created")
  .describe(
    "`-` for descending. All but `-created`, the newest record first, order the newest 10,000 that match, or as many as are read within 30 ms; `searched_to` then says how far back that is.",
  );

const zoned = {
  tz: z.string().max(64).optional().describe("The IANA zone of times in `query` that name none; else the instance's."),
};

const found = {
  query: z.string().max(QUERY_CAPS.characters).default("").describe("[What is searched for](query-language.md)."),
  ...zoned,
};

const text = z.string().max(LONGEST_NAME).optional();
const filter = {
  ...found,
  type: text.describe("Only this type."),
  job: text.describe("Only this job."),
  result: text.describe("Only this result."),
  state: text.describe("Only this state."),
};

/** `GET /api/tasks` */
export const tasksQuery = z.strictObject({ ...filter, sort, ...beforeQuery, ...pageQuery });

/** `POST /api/tasks/search` */
export const searchTasksRequest = z.strictObject({
  ...filter,
  sort,
  before: z
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("Only records with a lesser number; a `cursor` goes on from there."),
  limit: z.int().min(1).max(MAX_PAGE).default(50).describe("Rows of the page."),
  cursor: pageQuery.cursor,
});

/** `POST /api/tasks/select` */
export const selectTasksRequest = z.strictObject(found);
export const selectTasksAnswer = z.object({
  record_ids: z.array(z.int()).readonly().describe("The newest record of each task, the oldest task first."),
});

/** `GET /api/tasks/facets` */
export const facetsQuery = z.strictObject(filter);

/** `GET /api/tasks/failures` */
export const failuresQuery = z.strictObject({
  ...filter,
  limit: z.coerce.number().int().min(1).max(500).default(50).describe("Groups at most, the largest first."),
});

/** `GET /api/tasks/histogram` */
export const histogramQuery = z.strictObject({
  ...filter,
  from: z.iso.datetime({ offset: true }).describe("The records made from then on."),
  until: z.iso
    .datetime({ offset: true })
    .describe("And before then: at most a day later by minute, 31 by hour, and 62 by day."),
  by: z.enum(["minute", "hour", "day"]).default("hour").describe("The hours or days of `tz`."),
});

/** Most rows of an export, and as many as it has where the request says nothing. */
export const MAX_EXPORT = 1_000_000;
const EXPORTED = 100_000;

/** `GET /api/tasks/export` */
export const exportQuery = z.strictObject({
  ...filter,
  format: z
    .enum(["csv", "ndjson"])
    .default("csv")
    .describe(
      "CSV (RFC 4180, with a line of names; an apostrophe is put before what a spreadsheet would run as a formula), or one JSON object a line, exact.",
    ),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_EXPORT)
    .default(EXPORTED)
    .describe("Rows at most. An export with exactly so many may have more: begin the next before its last record."),
  before: z.coerce.number().int().positive().optional().describe("Only records with a lesser number."),
});

/** The fields of a record, as every answer has them. */
export const task = z.object({
  record_id: z.int(),
  id: z.string().describe("Of the run."),
  type: z.string(),
  job: z.string(),
  info: z.string(),
  meta: z.string(),
  msg: z.string(),
  result: z.string(),
  state: z.string(),
  origin: z.string(),
  attempt: z.int(),
  workflow: z.string(),
  task_time: z.string().nullable(),
  task_zone: z.string().nullable(),
  created: z.string().nullable(),
  decided_at: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  finished_at: z.string().nullable(),
  task_seconds: z.number().nullable(),
  queue_seconds: z.number().nullable(),
});
export type TaskJson = z.infer<typeof task>;

/** The same where it is shown beside others. */
export const shownTask = task.extend({
  first_attempt_id: z.int().describe("The record of the first attempt of the same task."),
  retries: z.int().nullable().describe("How often its phase retries now; null: its phase is not known."),
});
export type ShownTaskJson = z.infer<typeof shownTask>;

const reached = {
  searched_to: z
    .string()
    .nullable()
    .describe("Only records made since then were searched within the time of an answer; null: all."),
  unindexed: z.int().describe("Records that changed just now and were left out, because too many wait to be indexed."),
};

const totalIs = z.enum(["exact", "at_least"]).describe("`at_least`: nobody has counted to the end.");

export const tasksAnswer = z.object({
  tasks: z
    .array(shownTask.extend({ notes: z.array(note) }))
    .describe("A page may have fewer than `limit`, even none, and be followed by another: `next_cursor` says so."),
  ...reached,
  next_before: z
    .int()
    .nullable()
    .describe("`before` of the next page, instead of its cursor; null: there is none, or the order is another."),
  pagination,
});

const values = z.array(z.object({ value: z.string(), count: z.int() })).readonly();

export const facetsAnswer = z.object({
  facets: z
    .object({ type: values, job: values, workflow: values, result: values, state: values })
    .describe('Of each field the 100 most frequent values, with `count`; a result is `""` while there is none.'),
  total: z
    .int()
    .describe("Records that were counted: the newest 10,000 that match, or as many as are read within 30 ms."),
  total_is: totalIs,
  ...reached,
});

const failureGroup = z.object({
  fingerprint: z.string().describe("`fingerprint:` of a query finds the group."),
  text: z
    .string()
    .describe("The message, with `#` for its paths, times, ids and numbers; empty: they have no message."),
  count: z.int(),
  first_seen: z.string().describe("When the first of them finished."),
  last_seen: z.string(),
  example: z
    .object({ record_id: z.int(), type: z.string(), job: z.string(), info: z.string(), msg: z.string() })
    .describe("The newest of them."),
  types: z
    .array(z.object({ type: z.string(), job: z.string(), count: z.int() }))
    .readonly()
    .describe("Types and jobs, at most 10, those with the most of them first."),
});

export const failuresAnswer = z.object({
  groups: z.array(failureGroup).describe("[What makes failures the same](query-language.md#failures)."),
  found: z.int().describe("Groups, of which `groups` are the largest."),
  total: z
    .int()
    .describe("Failures in all groups: the newest 10,000 that match, or as many as are read within 200 ms."),
  total_is: totalIs,
  ...reached,
});

/** `GET /api/running` */
export const runningQuery = z.strictObject({
  type: text.describe("Only this type."),
  job: text.describe("Only this job."),
  limit: z.coerce.number().int().min(1).max(10_000).default(50).describe("Tasks at most; there is no second page."),
});

const runningTask = z.object({
  record_id: z.int(),
  id: z.string(),
  type: z.string(),
  job: z.string(),
  info: z.string(),
  state: z.string(),
  attempt: z.int(),
  retries: z.int().nullable(),
  workflow: z.string(),
  began_at: z.string().nullable(),
  due_at: z.string(),
  deadline_at: z.string().nullable(),
  worker: z.string().nullable(),
  host: z.string().nullable(),
  pid: z.int().nullable(),
  log: z.string().nullable(),
  progress: z.number().nullable().describe("0 to 1."),
  msg: z.string().nullable(),
  reported_at: z.string().nullable(),
});

export const runningAnswer = z.object({
  tasks: z.array(runningTask).describe("Those that run first, by worker, then those that were sent; the oldest first."),
  pagination,
});

export const histogramAnswer = z.object({
  from: z.string(),
  until: z.string(),
  tz: z.string(),
  buckets: z
    .array(
      z.object({
        at: z.string(),
        total: z.int(),
        complete: z.int(),
        error: z.int(),
        warn: z.int(),
        alert: z.int(),
        unknown: z.int(),
        cancelled: z.int(),
        unfinished: z.int(),
      }),
    )
    .describe(
      "By where the minute, hour or day begins (`at`), without those that have no record. Hours and days of types, jobs and results alone come from counters, and are widened to full hours (UTC); a query, and minutes, read as far as facets do.",
    ),
  total: z.int(),
  total_is: totalIs,
  ...reached,
});
