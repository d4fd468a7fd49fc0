/** One task: what happened to it, and why. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../../limits.ts";
import { note } from "../note-api.ts";
import { shownTask, task } from "./task-list-api.ts";

export const taskParams = z.object({
  id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).describe("The number of a record of the task."),
});

/** A row of the history, with more fields than these may say. */
const row: z.ZodType<object> = z.looseObject({});
const rows = z.array(row).readonly();
const zone = z.string().describe("The IANA zone of the sentences: that of its phase, or of the instance.");

const finding = z.object({ code: z.string(), data: row, sentence: z.string() });
const dated = finding.extend({ at: z.string() });
const notes = z.array(note).readonly().describe("On the task, whichever attempt: `id`, `text`, `author`, `at`.");
const links = rows.describe("The configured links: `name` and `url`.");
const log = row
  .nullable()
  .describe(
    "Its newest output: `path`, `host` (null: here), `size`, `complete`, `last_line`, `error`; null: none is known.",
  );

/** `GET /api/tasks/{id}` */
export const taskAnswer = z.object({
  task: shownTask,
  notes,
  phase: row
    .nullable()
    .describe("What its phase says for people: `owner`, `description`, `runbook`; null: it has none."),
  links,
  log,
  parents: rows.describe("`record_id`, `kind`, `type`, `job`."),
  children: rows.describe("The same with `state` and `result`; at most 100."),
  more_children: z.boolean().describe("There are more; the graph has them."),
  decisions: z.array(dated).describe("What was decided about it, oldest first."),
  zone,
});

/** `GET /api/tasks/{id}/attempts` */
export const attemptsAnswer = z.object({
  attempts: z.array(task).describe("All attempts of the task, in their order; at most 1,000."),
});

/** `GET /api/tasks/{id}/graph` */
export const graphQuery = z.strictObject({
  of: z
    .enum(["run", "ancestors", "descendants"])
    .default("run")
    .describe("All tasks of its run, what it came from, or what came from it."),
  depth: z.coerce.number().int().min(1).max(1000).default(100).describe("Steps at most."),
  count: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .describe("Tasks at most, besides that of the record."),
});

export const graphAnswer = z.object({
  tasks: rows.describe("Nearest first, each with its `parent_id`, what it `joined`, and its `depth`."),
  caps: z.object({ depth: z.int(), count: z.int() }),
  truncated: z.object({ depth: z.boolean(), count: z.boolean() }).describe("Which cap cut it, if any."),
});

/** `GET /api/tasks/{id}/why` */
export const whyAnswer = z.object({
  task: row,
  report: row
    .nullable()
    .describe(
      "What its worker said last while it ran: `worker`, `host`, `pid`, `log`, `began_at`, `reported_at`, `progress` (0 to 1), `msg`; null: nothing.",
    ),
  notes,
  links,
  because: finding.describe("What made the task: `code`, `data` and a `sentence`."),
  events: rows.describe("What was decided about it and happened to it, oldest first, each with `at`."),
  standing: z.array(finding).readonly().describe("Its state now, the most important first."),
  phase: row.nullable(),
  version: row.nullable().describe("Of the workflow file."),
  parents: rows,
  children: rows,
  more_children: z.boolean(),
  file: row.nullable().describe("The file event that it came from."),
  outbox: row.describe("Its message, while it waits to be sent."),
  log,
  alerts: rows,
  dead_letters: rows,
  last_attempt: z.int().describe("The number of the newest attempt of the task, from 0."),
  zone,
});

/** Bytes of the output in one answer that does not follow it. */
export const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** `GET /api/tasks/{id}/log` */
export const logQuery = z
  .strictObject({
    tail: z.coerce.number().int().min(0).max(100_000).optional().describe("Only the last so many lines."),
    from: z.coerce
      .number()
      .int()
      .min(0)
      .optional()
      .describe("From this byte on, instead of `tail`; else from the first."),
    until: z.coerce
      .number()
      .int()
      .min(1)
      .optional()
      .describe("Before this byte. An answer has 8 MiB at most: go on from `flowlord-log-until`."),
    follow: z
      .stringbool()
      .default(false)
      .describe(
        "Then what comes, also where there is no output yet, and of its next attempts, each under a line `--- attempt 2, record 17 ---`, until the task has ended; an hour at most.",
      ),
    download: z.stringbool().default(false).describe("All of it, however long, as a file to save."),
  })
  .refine(({ tail, from, until, follow }) => (tail === undefined || from === undefined) && !(follow && until), {
    message: "give tail or from, and no until with follow",
  });

/** `GET /api/tasks/{id}/output` */
export const outputAnswer = z.object({
  record: z.object({
    record_id: z.int(),
    first_attempt_id: z.int(),
    id: z.string(),
    type: z.string(),
    job: z.string(),
    info: z.string(),
    attempt: z.int(),
    retries: z.int().nullable(),
    state: z.string(),
    result: z.string(),
    created: z.string().nullable(),
    decided_at: z.string(),
    started: z.string().nullable(),
    ended: z.string().nullable(),
    finished_at: z.string().nullable(),
    host: z.string().nullable().describe("Of the worker that reported it last."),
    log: z.string().nullable().describe("The path of its output there."),
  }),
  newest: z
    .object({ path: z.string(), size: z.int(), complete: z.boolean() })
    .nullable()
    .describe(
      "What `GET /api/tasks/{id}/log` sends, as long as its `flowlord-log-path` is this one; null: there is none.",
    ),
  earlier: z.array(z.string()).readonly().describe("Paths of earlier deliveries of the same attempt."),
  why_none: z.string().describe("Why there is none; empty when there is one."),
});

/** `GET /api/why-not` */
export const whyNotQuery = z.strictObject({
  type: z.string().min(1).max(LONGEST_NAME).describe("The type of the phase."),
  job: z.string().max(LONGEST_NAME).optional().describe("Its job; without it any."),
  workflow: z.string().max(LONGEST_WORKFLOW).optional().describe("Its workflow file; without it the one that has it."),
  at: z.string().max(64).describe("The task time: a day or hour in the zone of the phase, or RFC 3339."),
});

export const whyNotAnswer = z.object({
  answers: z
    .array(
      z.object({
        phase: row.nullable(),
        task_time: z.string().nullable(),
        task_zone: z.string().nullable(),
        reason: z.string(),
        findings: rows,
        notes: z.array(note),
        day_notes: z.array(note),
      }),
    )
    .describe("One for each phase that matches: the main `reason`, all `findings`, and `phase` (null: there is none)."),
});
