/** What a restore of the database to an earlier time holds. Times are RFC 3339. */
import { z } from "zod";
import { pageQuery, pagination } from "../list.ts";
import { reason } from "../reason.ts";

const count = z.int().nonnegative();

/** `GET /api/restore` */
export const restoreAnswer = z.object({
  restore: z
    .object({
      id: z.string(),
      backup: z.string().nullable().describe("Null: a plain copy of the older program."),
      data_at: z.string().describe("The moment whose data it is."),
      restored_at: z.string(),
      reason: z
        .string()
        .describe("`missing`: there was no database; `hand`: somebody said so; `remote`: the configuration."),
      kept_aside: z.string().nullable().describe("Where the database is that was replaced; null: there was none."),
      state: z.enum(["held", "accepted", "dropped", "none"]).describe("`none`: nothing had to be decided."),
      found_sent: count.describe("Messages that were found on the bus: they were sent before the restore."),
      decision: z.enum(["accept", "drop"]).nullable().describe("What is carried out, or was last."),
      decided_at: z.string().nullable(),
      decided_by: z.string(),
      decision_reason: z.string(),
      decided_messages: count.describe("How many were sent, or dropped, by a decision."),
      decided_ticks: count,
    })
    .nullable()
    .describe("The newest; null: this database was never restored."),
  deciding: z.boolean().describe("A decision is being carried out."),
  messages: count.describe("Messages that are held, of all topics."),
  ticks: count.describe("Ticks that are held, of all schedules."),
  waiting_tasks: count.describe("Tasks that waited for a slot or a resume, and are not sent when there is one."),
  backfills: z.array(z.int()).describe("Those that are paused by the restore."),
  jobs: z.array(z.int()).describe("Bulk jobs that do not go on."),
  topics: z
    .array(z.object({ topic: z.string(), waited: count, reread: count }))
    .describe(
      "`waited`: in the outbox of the restored database; `reread`: decided by messages or files that may have been handled before.",
    ),
  more_topics: z.boolean(),
  schedules: z.array(
    z.object({
      type: z.string(),
      job: z.string(),
      workflow: z.string(),
      schedule: z.enum(["cron", "expect_by"]),
      ticks: count,
      more: z.boolean().describe("There are more than `ticks`."),
      first: z.string(),
      last: z.string(),
      catchup: z.string().describe("What the phase says: by this the ticks are decided when they are accepted."),
    }),
  ),
});
export type RestoreAnswer = z.infer<typeof restoreAnswer>;

/** `GET /api/restore/messages` */
export const heldMessagesQuery = z.strictObject({ ...pageQuery });

export const heldMessage = z.object({
  id: z.int(),
  topic: z.string(),
  cause: z.enum(["waited", "reread"]),
  due_at: z.string(),
  record_id: z.int().nullable().describe("Of its task; null: it has none."),
  task_id: z.string().nullable(),
  job: z.string().nullable(),
  info: z.string().nullable(),
  workflow: z.string().nullable(),
});
export type HeldMessageJson = z.infer<typeof heldMessage>;

export const heldMessagesAnswer = z.object({ messages: z.array(heldMessage), pagination });

/** `POST /api/restore/accept` and `/drop` */
export const decideRestoreRequest = z.strictObject({ reason });
