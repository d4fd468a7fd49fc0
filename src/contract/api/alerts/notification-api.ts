/** What is sent to channels. Times are RFC 3339. */
import { z } from "zod";
import { pageQuery, pagination } from "../list.ts";

/** `GET /api/notifications` */
export const notificationsQuery = z.strictObject({
  channel: z.string().min(1).max(100).optional().describe("Only of this channel."),
  ...pageQuery,
});

export const notification = z.object({
  id: z.int(),
  channel: z.string(),
  kind: z.enum(["at_once", "summary", "test"]),
  state: z.enum(["waiting", "sending", "sent", "failed"]),
  delivery_id: z.string(),
  text: z.string(),
  alert_ids: z.array(z.int()),
  occurrences: z.int(),
  interval_ms: z.number(),
  next_at: z.string().nullable(),
  created_at: z.string(),
  due_at: z.string(),
  attempts: z.int(),
  answer: z.string(),
  finished_at: z.string().nullable(),
});

export const notificationsAnswer = z.object({
  notifications: z
    .array(notification)
    .describe("The newest first: what was sent, or waits, with the first 200 of its alerts and the receiver's answer."),
  pagination,
});
