/** `GET /api/summary`: what a period was like, and what needs somebody now. Times are RFC 3339. */
import { z } from "zod";

export const summaryQuery = z.strictObject({
  period: z.enum(["hour", "day", "week", "month"]).default("day").describe("How long; a week begins on Monday."),
  at: z.iso.datetime({ offset: true }).optional().describe("A moment in it; without it: now."),
  tz: z
    .string()
    .max(100)
    .optional()
    .describe("The IANA zone by whose clocks the period begins and ends; without it that of the instance."),
});

const span = z.object({ from: z.string(), to: z.string() });

const outcomes = {
  total: z.int(),
  completed: z.int(),
  failed: z.int(),
  warned: z.int(),
  alerted: z.int(),
  cancelled: z.int(),
  in_progress: z.int(),
};

const durations = {
  avg_duration: z.string().nullable(),
  avg_duration_ms: z.number().nullable(),
  p95_duration_ms: z.number().nullable(),
};

const ofKind = z.object({ ...outcomes, ...durations });

const severity = z.enum(["info", "warning", "critical"]);

export const summaryAnswer = z.object({
  time_period: span.describe(
    "`from`, and `to`, which is the first moment after it. Counted are the full hours (UTC) that it touches.",
  ),
  task_summary: z
    .object(outcomes)
    .describe(
      "Tasks created in it by how they ended: `failed` are errors and unknown results, `in_progress` all without an end.",
    ),
  previous: z
    .object({ time_period: span, task_summary: z.object(outcomes) })
    .describe("The same of the complete period before it."),
  by_type: z
    .record(z.string(), z.object({ ...outcomes, ...durations, jobs: z.record(z.string(), ofKind) }))
    .describe(
      "The same by type, and by job below it: the 1,000 most frequent. Durations are from start to end; null: none is known.",
    ),
  more_kinds: z.int().describe("Types and jobs that are left out."),
  series: z
    .object({
      step: z.enum(["hour", "day"]),
      steps: z.array(z.object({ at: z.string(), ...outcomes })),
    })
    .describe(
      "The same by hour; of a week or month by day, by the clocks of `tz`. Counters are by hour (UTC): each counts where its middle is.",
    ),
  planned: z
    .object({
      hours: z.array(z.object({ at: z.string(), ticks: z.int(), tasks: z.int() })),
      until: z.string(),
    })
    .describe(
      "Of the coming 24 hours, by hour: the ticks, counted up to `until` where schedules have more than 2,000; and `tasks`: these, and what else that hour of the day usually has (the median of the last 14 days): children, and those of files.",
    ),
  next_ticks: z
    .array(z.object({ at: z.string(), type: z.string(), job: z.string(), workflow: z.string() }))
    .describe("The next 10."),
  error_rates: z
    .array(
      z.object({
        type: z.string(),
        failed: z.int(),
        finished: z.int(),
        rate: z.number(),
        threshold: z.number(),
        above: z.boolean(),
      }),
    )
    .describe("Of types of which a task failed, as shares (0 to 1), beside the [threshold](config.md) of the type."),
  duty: z
    .array(
      z.object({
        severity,
        sentence: z.string(),
        tasks: z.int(),
        since: z.string().nullable(),
        about: z.enum(["instance", "alerts", "tasks", "dead_letters"]),
        alert_ids: z.array(z.int()),
        type: z.string(),
      }),
    )
    .describe(
      "What needs somebody now, at most three, the most urgent first; `about`: where to do something about it. Of alerts at most 20 ids; of tasks without a `type`: all that are overdue.",
    ),
  open_alerts: z
    .array(
      z.object({
        alert_type: z.string(),
        severity,
        type: z.string(),
        alerts: z.int(),
        tasks: z.int(),
        since: z.string(),
        message: z.string(),
        ids: z.array(z.int()),
      }),
    )
    .describe("Open alerts by type, severity and type of task, of the newest 500; `ids` are at most 20 of them."),
  more_alerts: z.boolean().describe("There are more than 500."),
  late_files: z
    .array(
      z.object({
        alert_id: z.int(),
        type: z.string(),
        job: z.string(),
        workflow: z.string(),
        since: z.string(),
        message: z.string(),
      }),
    )
    .describe("Files that a phase expected by now (`expect_by`) and that have not come, at most 50."),
  running: z
    .object({
      tasks: z.object({
        waiting: z.int(),
        queued: z.int(),
        sent: z.int(),
        running: z.int(),
        overdue: z.int(),
      }),
      longest: z.array(
        z.object({
          record_id: z.int(),
          type: z.string(),
          job: z.string(),
          workflow: z.string(),
          began_at: z.string().nullable(),
          progress: z.number().nullable(),
        }),
      ),
    })
    .describe("Unfinished tasks by state, and the 10 that have run for longest."),
  dead_letters: z.int().describe("Those that were not redriven."),
  health: z
    .object({ status: z.enum(["ok", "failing"]), reasons: z.array(z.string()) })
    .describe("Whether the instance works, and a sentence for each part that does not."),
});
export type SummaryAnswer = z.infer<typeof summaryAnswer>;
