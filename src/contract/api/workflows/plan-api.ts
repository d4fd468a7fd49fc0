/** What the workflows in force do: how phases follow each other, when they tick, and what became of them. Times of answers are RFC 3339. */
import { z } from "zod";
import { note } from "../note-api.ts";
import { pageQuery, pagination } from "../list.ts";
import { pathFilter } from "./workflow-api.ts";

/** How a phase is named in answers. */
export const phase = {
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
  trigger: z.object({
    cron: z.string().nullable(),
    files: z.string().nullable(),
    join: z.boolean(),
    on: z.enum(["complete", "error"]).describe("Its parent must have completed, or given up."),
    require: z.array(z.string()).describe("Keys of meta that its parent must carry."),
  }),
  owner: z.string(),
  paused: z.boolean(),
  held: z
    .object({ until: z.string().nullable(), by: z.string().nullable(), reason: z.string().nullable() })
    .nullable()
    .describe("What pauses it now; `by` null: its file."),
  next_at: z.string().nullable().describe("Its next tick that makes tasks."),
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
  now: z
    .object({ waiting: z.int(), retrying: z.int(), running: z.int(), failed: z.int() })
    .describe("Its open tasks, of at most 1,000 of its type and job, and those of its latest task time that failed."),
  run_ms: z.int().nullable().describe("The average run time of those of its last 60 records that completed."),
  files: z.int().describe("That its pattern took in the last 24 hours, at most 10,000."),
});

export const graphAnswer = z.object({
  nodes: z
    .array(node)
    .describe(
      "Phases in force. `outside`: of another file, next to a phase of the one that is asked for. `last` is the latest attempt of the latest task time; `counts` are of its type and job, those of other files with the same ones included; null for who may see only a part of them. `now` are its open tasks, and those of its latest task time that failed; `run_ms` is the average run time of the last ones that completed; `files` came in the last 24 hours; `held` is what pauses it, and `next_at` its next tick that makes tasks.",
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
  by: z
    .enum(["time", "hour", "day"])
    .default("time")
    .describe("A column for each task time, or for each hour or day of them."),
  ...pageQuery,
});

export const gridAnswer = z.object({
  phases: z
    .array(z.object({ ...phase, zone: z.string() }))
    .describe("The rows: phases in force, by their ids, with the zones of their task times."),
  times: z
    .array(z.string())
    .describe("The columns: task times that have a task, as in `2026-01-31T05`, or their hours or days."),
  cells: z
    .array(
      z.object({
        phase_id: z.int(),
        time: z.string(),
        state: z.enum(["error", "alert", "overdue", "retrying", "running", "waiting", "warn", "cancelled", "complete"]),
        tasks: z.int(),
        failed: z.int(),
        record_id: z.int(),
      }),
    )
    .describe(
      "`state` is the worst of the `tasks`, each by its latest attempt; `failed` are those that ended with an error or alert; `record_id` is the newest in that state.",
    ),
  durations: z
    .array(z.object({ time: z.string(), began_at: z.string(), ended_at: z.string().nullable() }))
    .describe(
      "Of each task time, also `by` hour or day: when the first task of these phases was made, and when the last one ended; null: some have not.",
    ),
  pagination,
});

const clockTime = z.string().regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}(?::\d{2}(?::\d{2})?)?)?$/, "a time without a zone");

/** `GET /api/workflows/grid/tasks` */
export const gridTasksQuery = z.strictObject({
  phase: z.coerce.number().int().positive().describe("The id of a phase in force."),
  from: clockTime.describe(
    "Task times from then on, by the clock of the phase, as in `2026-01-31T05` or `2026-01-31`,",
  ),
  until: clockTime.describe("and before then; at most 366 days."),
});

const phaseTask = z.object({
  record_id: z.int(),
  id: z.string().describe("Of the run."),
  first_attempt_id: z.int(),
  time: z.string(),
  state: z.string(),
  result: z.string(),
  attempt: z.int(),
  retries: z.int().nullable(),
  info: z.string(),
  msg: z.string(),
  due_at: z.string().nullable(),
  created: z.string().nullable(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
});

export const gridTasksAnswer = z.object({
  tasks: z
    .array(phaseTask)
    .describe("In the order of their task times, each by its latest attempt; `info` as far as 1,000 characters."),
  cut: z.boolean().describe("There are more: 5,000 records are read."),
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
        position: z.int(),
        joined: z.array(z.int()).readonly(),
        kind: z.string().nullable(),
        origin: z.string(),
        first_attempt_id: z.int(),
        attempt: z.int(),
        retries: z.int().nullable(),
        version_id: z.int(),
        state: z.string(),
        result: z.string(),
        msg: z.string(),
        info: z.string(),
        task_time: z.string().nullable(),
        due_at: z.string().nullable(),
        decided_at: z.string(),
        created: z.string().nullable(),
        started: z.string().nullable(),
        ended: z.string().nullable(),
      }),
    )
    .describe(
      "Task records of the run, roots first: when each was decided, created, started and ended. `phase_id` 0: of no known phase.",
    ),
  files: z
    .array(
      z.object({
        record_id: z.int(),
        file_id: z.int(),
        path: z.string(),
        size: z.int(),
        received_at: z.string(),
        reported_by: z.int().nullable(),
      }),
    )
    .describe(
      "Files that records were made of, at most 500; `reported_by` is the record that reported the file, null where it came over the bus or is out of the caller's scope.",
    ),
  usual: z
    .array(
      z.object({
        phase_id: z.int(),
        position: z.int(),
        queue_ms: z.number(),
        run_ms: z.number(),
        of: z.int(),
      }),
    )
    .describe(
      "Medians of the last completed tasks (`of`) of the same phase and `position` before the task time of the run: from created to started, and from started to ended.",
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
