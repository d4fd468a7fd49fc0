import type { ChannelOptions } from "./config/options.ts";
import { createEmailChannel } from "./notify/email.ts";
import type { Channel } from "./notify/notify.ts";
import { createSlackChannel } from "./notify/slack.ts";
import { createWebhookChannel } from "./notify/webhook.ts";

/** The channel that these options describe. Nothing is connected before the first notification. */
export function openChannel(options: ChannelOptions, now: () => number): Channel {
  switch (options.kind) {
    case "slack":
      return createSlackChannel({ ...options, now });
    case "webhook":
      return createWebhookChannel({ ...options, now });
    case "email":
      return createEmailChannel(options);
  }
}
