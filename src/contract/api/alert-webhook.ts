/** The body that a channel of kind `webhook` posts. Fields may be added; those here keep their meaning. Times are RFC 3339. */
import { z } from "zod";

const time = z.iso.datetime();

/** The longest text and message, and the most alerts, of one request. */
export const MAX_WEBHOOK_TEXT = 40_000;
export const MAX_WEBHOOK_MESSAGE = 2000;
export const MAX_WEBHOOK_ALERTS = 200;

export const webhookAlert = z.object({
  /** The id for `flowlord alerts show`. */
  id: z.int(),
  /** `retry_exhausted`, `incomplete`, … */
  type: z.string(),
  severity: z.enum(["info", "warning", "critical"]),
  state: z.enum(["open", "resolved"]),
  /** Null while it is open. */
  resolved_at: time.nullable(),
  /** Who resolved it, and why; absent while it is open. */
  resolved_by: z.string().optional(),
  resolved_note: z.string().max(MAX_WEBHOOK_MESSAGE).optional(),
  task_type: z.string(),
  job: z.string(),
  /** With the offset of its zone. */
  task_time: z.iso.datetime({ offset: true }).nullable(),
  /** The zone of the task time, a name of the IANA database. */
  task_zone: z.string().nullable(),
  /** The workflow file; empty when there is none. */
  workflow: z.string(),
  /** Of the newest occurrence. */
  message: z.string().max(MAX_WEBHOOK_MESSAGE),
  /** What its phase says: whom it belongs to, and what to do; absent when it says nothing. */
  owner: z.string().optional(),
  runbook: z.string().optional(),
  /** Of all occurrences so far. */
  count: z.int(),
  /** Of those that this notification reports; 0: this channel was notified of it before, and it is resolved. */
  new_count: z.int(),
  new_recovered: z.int().optional(),
  /** Its page; absent without a `public_url`. */
  url: z.url().optional(),
  first_seen: time,
  last_seen: time,
  /** Of `count`: occurrences whose task has not completed since. */
  open: z.int(),
  /** The id for `flowlord task` of the newest occurrence. */
  record_id: z.int().nullable(),
  /** True: all its tasks have completed, before anybody was notified. */
  recovered: z.boolean(),
});

export const webhookBody = z.object({
  /** The same when a notification is sent again. */
  id: z.string(),
  kind: z.enum(["at_once", "summary", "test"]),
  /** When it was decided to send it. */
  at: time,
  /** For people, in lines. */
  text: z.string().max(MAX_WEBHOOK_TEXT),
  alerts: z.array(webhookAlert).max(MAX_WEBHOOK_ALERTS),
  /** How many alerts there are besides these. */
  alerts_left_out: z.int(),
});
export type WebhookBody = z.infer<typeof webhookBody>;
