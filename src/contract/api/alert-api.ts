/** Requests of the command line to the running instance: change alerts and silences, test channels. Times are RFC 3339. */
import { z } from "zod";

const note = z.string().max(2000);
const time = z.iso.datetime({ offset: true });
const patterns = z.array(z.string().min(1).max(500)).max(100).default([]);
const id = z.int().positive();

/** `POST /api/alerts/acknowledge` and `/api/alerts/resolve`. */
export const changeAlertsRequest = z.strictObject({
  ids: z.array(id).min(1).max(10_000).describe("Which alerts."),
  note: note.default("").describe("Why, for later readers."),
});

/** The ids of those that changed: the others do not exist, or were in that state already. */
export const changeAlertsAnswer = z.object({ changed: z.array(z.int()) });

export const alertMatcher = z.strictObject({
  /** Types of alert. */
  alerts: patterns,
  /** Types of task. */
  types: patterns,
  jobs: patterns,
  workflows: patterns,
  severities: z
    .array(z.enum(["info", "warning", "critical"]))
    .max(3)
    .default([]),
  /** Keys of the task's meta, and the value of each. */
  labels: z
    .record(z.string().min(1).max(500), z.string().max(500))
    .refine((labels) => Object.keys(labels).length <= 100, { message: "at most 100 labels" })
    .default({}),
});

/** `POST /api/silences`: until it ends, nobody is notified of the alerts that it matches. */
export const silenceRequest = z.strictObject({
  alert_id: id.nullable().default(null).describe("Only this alert; null: those that the matcher matches."),
  matcher: alertMatcher
    .default({ alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} })
    .describe(
      "Which alerts, as in a `[[channel]]` of the configuration: lists of up to 100 texts, `labels` an object. An empty one matches all.",
    ),
  starts_at: time.nullable().default(null).describe("Its start; null: now."),
  ends_at: time.describe("Its end."),
  reason: note.default("").describe("Why."),
});

export const silenceAnswer = z.object({ id: z.int() });

/** `POST /api/silences/end`: end a silence early. */
export const endSilenceRequest = z.strictObject({ id: id.describe("Which silence.") });

/** False: it ended before, or never existed. */
export const endSilenceAnswer = z.object({ ended: z.boolean() });

/** `POST /api/alerts/test`: send a message through a channel and wait for the receiver's answer. */
export const testChannelRequest = z.strictObject({
  channel: z.string().min(1).max(100).describe("The channel's name."),
});

export const testChannelAnswer = z.object({
  sent: z.boolean(),
  /** The receiver's answer, in a few words. */
  answer: z.string(),
  /** Not sent, and it will be tried again. */
  tries_again: z.boolean(),
});
export type TestChannelAnswer = z.infer<typeof testChannelAnswer>;
