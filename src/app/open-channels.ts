import { hostname } from "node:os";
import type { ChannelOptions, Options } from "../config/options.ts";
import type { Log } from "./log/log.ts";
import { createHeartbeatPing } from "../notify/heartbeat-ping.ts";
import { createEmailChannel } from "../notify/email.ts";
import type { Channel } from "../notify/notify.ts";
import { createPagerdutyChannel } from "../notify/pagerduty.ts";
import { createSlackChannel } from "../notify/slack.ts";
import { createTeamsChannel } from "../notify/teams.ts";
import { createWebhookChannel } from "../notify/webhook.ts";
import { Heartbeat } from "../services/heartbeat.ts";
import type { Service } from "../services/service.ts";

/** The channel that these options describe. Nothing is connected before the first notification. */
export function openChannel(options: ChannelOptions, now: () => number): Channel {
  switch (options.kind) {
    case "slack":
      return createSlackChannel({ ...options, now });
    case "webhook":
      return createWebhookChannel({ ...options, now });
    case "pagerduty":
      return createPagerdutyChannel({ ...options, now, source: hostname() });
    case "teams":
      return createTeamsChannel({ ...options, now });
    case "email":
      return createEmailChannel(options);
  }
}

/** The configured channels by name, each with the options that decide when it is notified. */
export function openChannels({ channels }: Pick<Options, "channels">, now: () => number): OpenChannels {
  return new Map(channels.map((route) => [route.name, { channel: openChannel(route, now), route }]));
}

export type OpenChannels = ReadonlyMap<string, { readonly channel: Channel; readonly route: ChannelOptions }>;

export interface HeartbeatParts {
  readonly isWell: () => boolean;
  readonly now: () => number;
  readonly onProblem: (name: string, error: Error) => void;
  readonly log: Log;
}

/** The heartbeat, if one is configured. */
export function heartbeats({ heartbeat }: Options, { isWell, now, onProblem, log }: HeartbeatParts): Service[] {
  if (heartbeat === null) return [];
  const { url, every, method } = heartbeat;
  const ping = createHeartbeatPing({ url, method, now });
  return [
    new Heartbeat({
      ping,
      isWell,
      every,
      now,
      onProblem,
      onRecovered: () => log.info("heartbeat", "The heartbeat arrives again."),
    }),
  ];
}
