/** Channels of notifications. Times are RFC 3339. */
import { z } from "zod";
import { alertMatcher } from "./silence-api.ts";

/** `GET /api/channels` */
export const channelsAnswer = z.object({
  channels: z
    .array(
      z.object({
        name: z.string(),
        kind: z.string(),
        matcher: alertMatcher,
        min_frequency_ms: z.number(),
        max_frequency_ms: z.number(),
        interval_ms: z.number().nullable(),
        next_at: z.string().nullable(),
        unfinished: z.boolean(),
      }),
    )
    .describe(
      "As configured, without addresses and keys; the interval in force, when it is decided next (both null before the first time), and whether a notification waits or is being sent.",
    ),
});

/** `POST /api/channels/{name}/test` */
export const channelParams = z.object({ name: z.string().min(1).max(100).describe("The name of the channel.") });
export const testChannelRequest = z.strictObject({});

export const testChannelAnswer = z.object({
  sent: z.boolean().describe("The receiver accepted it."),
  answer: z.string().describe("The receiver's answer, in a few words."),
  tries_again: z.boolean().describe("It was not sent, and will be tried again."),
});
export type TestChannelAnswer = z.infer<typeof testChannelAnswer>;
