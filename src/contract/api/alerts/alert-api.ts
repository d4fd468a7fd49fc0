/** Alerts. Times are RFC 3339. */
import { z } from "zod";
import { ALERT_STATES, SEVERITIES } from "./alert-names.ts";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../../limits.ts";
import { beforeQuery, pageQuery, pagination } from "../list.ts";
import { note } from "../note-api.ts";
import { notification } from "./notification-api.ts";

const time = z.iso.datetime({ offset: true });
const severity = z.enum(SEVERITIES);
const count = z.int();

/** What is known of every alert. */
export const alertFields = {
  id: z.int().describe("The number of the alert."),
  task_id: z.string().describe("The run of the newest occurrence; empty: it is about no task."),
  record_id: z.int().nullable().describe("The record of the newest occurrence."),
  alert_type: z.string().describe("As in `incomplete`."),
  severity,
  state: z.enum(ALERT_STATES),
  type: z.string().describe("The type of its tasks."),
  job: z.string(),
  workflow: z.string().describe("The workflow file."),
  cause: z.string().describe("What else tells alerts apart: a file, a bus, a channel."),
  message: z.string().describe("Of the newest occurrence."),
  count: count.describe("Occurrences."),
  open: count.describe("Of these, those whose task has not completed since."),
  created_at: z.string().describe("When it began."),
  last_seen: z.string().describe("When it occurred last."),
  resolved_at: z.string().nullable().describe("When it was resolved; null: it is not."),
  task_time: z.string().nullable().describe("With the offset of the phase's zone."),
  task_zone: z.string().nullable().describe("That zone; null without a task time."),
  task_created: z.string().nullable().describe("When the task of the newest occurrence was created."),
  silence_id: z.int().nullable().describe("The silence that holds it."),
  dashboard_link: z.string().describe("Where it is shown, below the address of the instance."),
};
export const alert = z.object(alertFields);
export type AlertAnswer = z.infer<typeof alert>;

/** `GET /api/alerts` */
export const alertsQuery = z.strictObject({
  state: z
    .enum([...ALERT_STATES, "unresolved"])
    .optional()
    .describe("`unresolved`: any state but `resolved`."),
  severity: severity.optional(),
  alert_type: z.string().min(1).max(100).optional().describe("As in `incomplete`."),
  type: z.string().min(1).max(LONGEST_NAME).optional().describe("Only about tasks of this type."),
  job: z.string().max(LONGEST_NAME).optional().describe("Only about this job; empty: tasks without one."),
  workflow: z.string().min(1).max(LONGEST_WORKFLOW).optional().describe("Only of this workflow file."),
  since: time.optional().describe("Only those seen then or later."),
  until: time.optional().describe("Only those that began before."),
  text: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe("Only those whose message, `type:job`, workflow file or cause contains it, in upper or lower case."),
  ...beforeQuery,
  ...pageQuery,
});

export const alertsAnswer = z.object({
  alerts: z
    .array(alert.extend({ notes: z.array(note) }))
    .describe("The newest first. A page that had to read many others may be short, also when there is a next one."),
  pagination,
});

/** `GET /api/alerts/{id}` */
export const alertParams = z.object({ id: z.coerce.number().int().positive().describe("The number of the alert.") });

export const alertAnswer = z.object({
  alert: z.object({
    ...alertFields,
    labels: z.string().describe("The meta of the newest task, a query string."),
    notify: z.array(z.string()).describe("The channels that its phase names; empty: those whose matcher matches."),
  }),
  occurrences: z
    .array(
      z.object({
        id: z.int(),
        at: z.string(),
        record_id: z.int().nullable(),
        task_id: z.string(),
        message: z.string(),
        resolved_at: z.string().nullable(),
        reopened: z.boolean(),
      }),
    )
    .describe("The newest first, at most 100. `reopened`: a silence ended before the cause did."),
  changes: z
    .array(z.object({ at: z.string(), state: z.enum(ALERT_STATES), by: z.string(), note: z.string() }))
    .describe("Who changed its state, when and why: the oldest first, at most 100."),
  notifications: z.array(notification).describe("About it, as in `GET /api/notifications`."),
  notes: z.array(note).describe("Notes that people left on it: `id`, `text`, `author`, `at`."),
  phase: z
    .object({
      task: z.string(),
      workflow: z.string(),
      owner: z.string(),
      description: z.string(),
      runbook: z.string(),
    })
    .nullable()
    .describe("What its phase says for people; null: it has none."),
  links: z
    .array(z.object({ name: z.string(), url: z.string() }))
    .readonly()
    .describe("The configured links."),
  log: z
    .object({
      path: z.string(),
      host: z.string().nullable(),
      size: z.number().nullable(),
      complete: z.boolean(),
      last_line: z.string(),
      error: z.string().nullable(),
    })
    .nullable()
    .describe("The newest output of its task, as in `GET /api/tasks/{id}`; null: none is known."),
  zone: z.string().describe("The IANA zone of its phase, or of the instance."),
});

/** `GET /api/alerts/summary` */
export const alertGroup = z.object({
  alert_type: z.string(),
  type: z.string(),
  job: z.string(),
  workflow: z.string(),
  severity,
  alerts: count,
  unattended: count,
  count,
  open: count,
  first_seen: z.string(),
  last_seen: z.string(),
  first_task_time: z.string().nullable(),
  last_task_time: z.string().nullable(),
  newest_id: z.int(),
});

export const alertSummaryAnswer = z.object({
  states: z
    .array(z.object({ state: z.enum(ALERT_STATES), severity, alerts: count }))
    .describe("How many alerts are unresolved, by state and severity."),
  groups: z
    .array(alertGroup)
    .describe(
      "The same alerts by type and work, the gravest first, at most 100: `alerts`, of these the `unattended` (neither acknowledged nor silenced), their occurrences (`count`, and `open` ones), and from when to when.",
    ),
  total_groups: count,
  total_is: z.enum(["exact", "at_least"]).describe("`at_least`: of some state only the newest 10,000 were read."),
});

/** `GET /api/alerts/days` */
export const alertDaysQuery = z.strictObject({
  from: z.iso.date().optional().describe("The first day; without it 30 days before `to`."),
  to: z.iso.date().optional().describe("The last day, at most 92 after the first; without it today."),
  tz: z.string().min(1).max(64).optional().describe("The IANA zone of the days; else the instance's."),
});

export const alertDaysAnswer = z.object({
  time_zone: z.string(),
  days: z
    .array(z.object({ day: z.string(), from: z.string(), alerts: count, critical: count, warning: count, info: count }))
    .describe("Each day, the oldest first: how many alerts began then (`from`: its first moment)."),
});

/** `POST /api/alerts/actions` */
export const alertActionRequest = z.strictObject({
  action: z
    .enum(["acknowledge", "resolve"])
    .describe("`acknowledge`: somebody looks after them, they are notified no more. `resolve`: they are over."),
  ids: z.array(z.int().positive()).min(1).max(10_000).describe("Which alerts."),
  note: z.string().max(2000).default("").describe("Why, for later readers."),
});

export const alertActionAnswer = z.object({
  changed: z
    .array(z.int())
    .describe("The ids of those that changed: the others do not exist, or were in that state already."),
});
