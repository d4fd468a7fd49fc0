/** Silences: for a while nobody is notified of some alerts. Times are RFC 3339. */
import { z } from "zod";
import { SEVERITIES } from "./alert-names.ts";
import { pageQuery, pagination } from "../list.ts";
import { alert } from "./alert-api.ts";

const time = z.iso.datetime({ offset: true });
const patterns = z.array(z.string().min(1).max(500)).max(100).default([]);

export const alertMatcher = z.strictObject({
  /** Types of alert. */
  alerts: patterns,
  /** Types of task. */
  types: patterns,
  jobs: patterns,
  workflows: patterns,
  severities: z.array(z.enum(SEVERITIES)).max(3).default([]),
  /** Keys of the task's meta, and the value of each. */
  labels: z
    .record(z.string().min(1).max(500), z.string().max(500))
    .refine((labels) => Object.keys(labels).length <= 100, { message: "at most 100 labels" })
    .default({}),
});

/** What a silence is about. */
const scope = {
  alert_id: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Only this alert; null: those that the matcher matches."),
  matcher: alertMatcher
    .default({ alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} })
    .describe(
      "Which alerts, as in a `[[channel]]` of the configuration: lists of up to 100 texts, `labels` an object. An empty one matches all.",
    ),
};

/** `POST /api/silences` */
export const silenceRequest = z.strictObject({
  ...scope,
  starts_at: time.nullable().default(null).describe("Its start; null: now."),
  ends_at: time.describe("Its end."),
  reason: z.string().max(2000).default("").describe("Why."),
});

export const silenceAnswer = z.object({ id: z.int().describe("The number of the silence.") });

/** `GET /api/silences` */
export const silencesQuery = z.strictObject({
  ended: z.stringbool().default(false).describe("Also those that have ended."),
  ...pageQuery,
});

export const silencesAnswer = z.object({
  silences: z
    .array(
      z.object({
        id: z.int(),
        state: z.enum(["planned", "in_force", "ended"]),
        alert_id: z.int().nullable(),
        matcher: alertMatcher,
        starts_at: z.string(),
        ends_at: z.string(),
        author: z.string(),
        reason: z.string(),
        created_at: z.string(),
        removed_at: z.string().nullable(),
        removed_by: z.string(),
        covers: z.int(),
        covered: z.array(alert),
      }),
    )
    .describe("The newest first. `covers` counts the alerts that it silences now; `covered` has the newest 20."),
  pagination,
});

/** `POST /api/silences/preview` */
export const previewSilenceRequest = z.strictObject({
  ...scope,
  since: time.nullable().default(null).describe("Count messages from then on; null: none."),
});

const coveredGroup = z.object({
  alert_type: z.string(),
  type: z.string(),
  job: z.string(),
  workflow: z.string(),
  severity: z.enum(SEVERITIES),
  alerts: z.int(),
});
const coveredGroups = z.array(coveredGroup);

export const previewSilenceAnswer = z.object({
  alerts: z.array(alert).describe("The newest open alerts that it would silence, at most 20."),
  total: z.int().describe("How many it would silence."),
  open: z.int().describe("Of how many open ones."),
  covered: coveredGroups.describe("What it would silence, by type and work: the most frequent 50."),
  others: coveredGroups.describe("The same of the open alerts that it would not."),
  messages: z
    .object({ sent: z.int(), held_back: z.int() })
    .describe(
      "How many messages were sent to channels since `since`, of the newest 500, and how many of them it would have held back: all their alerts are covered.",
    ),
  total_is: z.enum(["exact", "at_least"]).describe("`at_least`: only the newest 10,000 open alerts were compared."),
});

/** `POST /api/silences/{id}/end` */
export const silenceParams = z.object({
  id: z.coerce.number().int().positive().describe("The number of the silence."),
});
export const endSilenceRequest = z.strictObject({});

export const endSilenceAnswer = z.object({
  ended: z.boolean().describe("False: it had ended before, or never existed."),
});
