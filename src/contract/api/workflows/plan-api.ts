/** What the workflows in force do: how phases follow each other, when they tick, and what became of them. Times of answers are RFC 3339. */
import { z } from "zod";
import { note } from "../note-api.ts";
import { pageQuery, pagination } from "../list.ts";
import { pathFilter } from "./workflow-api.ts";

const phase = {
  phase_id: z.int(),
  workflow: z.string(),
  task: z.string(),
  type: z.string(),
  job: z.string(),
};

/** `GET /api/workflows/graph` */
export const graphQuery = z.strictObject({
  path: pathFilter,
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(92)
    .default(7)
    .describe("Tasks are counted that were made in so many days (UTC), today included."),
});

const node = z.object({
  ...phase,
  line: z.int(),
  trigger: z.object({ cron: z.string().nullable(), files: z.string().nullable(), join: z.boolean() }),
  owner: z.string(),
  paused: z.boolean(),
  outside: z.boolean(),
  last: z
    .object({
      record_id: z.int(),
      state: z.string(),
      result: z.string(),
      task_time: z.string().nullable(),
      at: z.string(),
    })
    .nullable(),
  counts: z.object({ total: z.int(), complete: z.int(), failed: z.int(), cancelled: z.int() }).nullable(),
});

export const graphAnswer = z.object({
  nodes: z
    .array(node)
    .describe(
      "Phases in force. `outside`: of another file, next to a phase of the one that is asked for. `last` is the latest attempt of the latest task time; `counts` are of its type and job, those of other files with the same ones included; null for who may see only a part of them.",
    ),
  edges: z
    .array(z.object({ from: z.int(), to: z.int() }))
    .describe("Ids of a phase and of one that follows it, of another file too."),
  missing: z
    .array(z.object({ to: z.int(), parent: z.string() }))
    .describe("What a phase depends on and no phase in force makes."),
});

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "a day")
  .optional();

/** `GET /api/workflows/grid` */
export const gridQuery = z.strictObject({
  path: pathFilter,
  from: day.describe("The first day of the task times, by the clocks of the phases; without it 30 days up to `to`."),
  to: day.describe("The last one; without it today. At most 366 days."),
  by: z.enum(["time", "day"]).default("time").describe("A column for each task time, or for each day of them."),
  ...pageQuery,
});

export const gridAnswer = z.object({
  phases: z
    .array(z.object({ ...phase, zone: z.string() }))
    .describe("The rows: phases in force, by their ids, with the zones of their task times."),
  times: z
    .array(z.string())
    .describe("The columns: task times that have a task, as in `2026-01-31T05`, or their days."),
  cells: z
    .array(
      z.object({
        phase_id: z.int(),
        time: z.string(),
        state: z.enum(["failed", "overdue", "running", "waiting", "cancelled", "complete"]),
        tasks: z.int(),
        failed: z.int(),
        record_id: z.int(),
      }),
    )
    .describe(
      "`state` is the worst of the `tasks`, each by its latest attempt; `record_id` is the newest in that state.",
    ),
  pagination,
});

/** `GET /api/workflows/gantt` */
export const ganttQuery = z.strictObject({
  run: z.string().min(1).max(200).describe("The id of the run, or the number of any record of it."),
});

export const ganttAnswer = z.object({
  id: z.string().describe("Of the run."),
  bars: z
    .array(
      z.object({
        record_id: z.int(),
        parent_id: z.int().nullable(),
        ...phase,
        depth: z.int(),
        attempt: z.int(),
        state: z.string(),
        result: z.string(),
        decided_at: z.string(),
        created: z.string().nullable(),
        started: z.string().nullable(),
        ended: z.string().nullable(),
      }),
    )
    .describe(
      "Task records of the run, roots first: when each was decided, created, started and ended. `phase_id` 0: of no known phase.",
    ),
  truncated: z.boolean().describe("The run has more records than are shown."),
});

/** `GET /api/schedule` */
export const scheduleQuery = z.strictObject({
  path: pathFilter,
  from: z.iso
    .datetime({ offset: true })
    .optional()
    .describe("Ticks after this moment; without it after now. A cursor goes on from its page."),
  to: z.iso.datetime({ offset: true }).optional().describe("And not after this one."),
  counts: z
    .stringbool()
    .default(false)
    .describe("Also count the tasks of batches of up to 1,000, as their rows are now."),
  ...pageQuery,
});

export const scheduleAnswer = z.object({
  ticks: z
    .array(
      z.object({
        ...phase,
        scheduled_at: z.string(),
        zone: z.string(),
        task_time: z.string().nullable(),
        info: z.string().nullable(),
        batch: z.boolean(),
        tasks: z.int().nullable(),
        reason: z.string(),
        owner: z.string(),
        description: z.string(),
        runbook: z.string(),
        links: z.array(z.object({ name: z.string(), url: z.string() })),
        notes: z.array(note),
        held: z
          .object({ until: z.string().nullable(), by: z.string().nullable(), reason: z.string().nullable() })
          .nullable(),
      }),
    )
    .describe(
      "Earliest first. `info` is that of the task; null of a `batch`, or of a tick that is `held`: one row for all ticks that a pause passes over (`by` null: by its file). `tasks`: how many it would make now (null: a batch that is not counted), and `reason` why none. `links` and `notes` are those of its phase.",
    ),
  zones: z.array(z.string()).describe("The IANA zones of all schedules."),
  clock_changes: z
    .array(
      z.object({
        at: z.string(),
        zone: z.string(),
        moved_ms: z.int(),
        effects: z.array(z.object({ ...phase, kind: z.enum(["skipped", "doubled", "lost"]), time: z.string() })),
      }),
    )
    .describe(
      "Between the first and the last of these ticks: when the clocks of a zone are moved, by how much, and the first tick of each phase (at most 100) that the change skips, doubles or loses.",
    ),
  pagination,
});
