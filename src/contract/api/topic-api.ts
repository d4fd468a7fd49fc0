/** Messages that people put on topics. */
import { z } from "zod";
import { reason } from "./reason.ts";
import { wireName } from "./wire-name.ts";

/** Most messages of one request: a longer input is sent in several. */
export const MESSAGES_MAX = 10_000;

export const topicParams = z.object({ topic: wireName.min(1).describe("The topic. No control characters.") });

/** `POST /api/topics/{topic}/messages` */
export const publishRequest = z.strictObject({
  messages: z.array(z.string()).min(1).max(MESSAGES_MAX).describe("The messages, each as it is."),
  reason,
});

export const publishAnswer = z.object({ sent: z.int().describe("How many are committed.") });
