import {
  channelParams,
  channelsAnswer,
  testChannelAnswer,
  testChannelRequest,
} from "../../../contract/api/alerts/channel-api.ts";
import { notificationsAnswer, notificationsQuery } from "../../../contract/api/alerts/notification-api.ts";
import { pageById } from "../../api/page.ts";
import { route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";
import { matcherOf, notificationOf } from "./alert-rows.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/channels",
    summary: "The channels for notifications of alerts.",
    role: "viewer",
    answer: channelsAnswer,
    async handle(_call, { acts, reads }) {
      const states = new Map((await reads.alerts.channels()).map((state) => [state.name, state]));
      return {
        channels: acts.alerts.channels().map(({ name, kind, matcher, minFrequency, maxFrequency }) => {
          const state = states.get(name);
          return {
            name,
            kind,
            matcher: matcherOf(matcher),
            min_frequency_ms: minFrequency,
            max_frequency_ms: maxFrequency,
            interval_ms: state?.interval_ms ?? null,
            next_at: timeText(state?.next_at ?? null),
            unfinished: state?.unfinished ?? false,
          };
        }),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/channels/{name}/test",
    summary: "Send a message through a channel and wait for the receiver's answer.",
    role: "operator",
    params: channelParams,
    body: testChannelRequest,
    answer: testChannelAnswer,
    handle: ({ params: { name }, caller }, { acts }) => acts.alerts.test(name, caller.name),
  }),
  route({
    method: "GET",
    path: "/api/notifications",
    summary: "What was sent to channels, or waits, the newest first.",
    role: "viewer",
    records: true,
    query: notificationsQuery,
    answer: notificationsAnswer,
    async handle({ query }, { reads }) {
      const { channel = null } = query;
      const { rows, pagination } = await pageById(query, (limit, before) =>
        reads.alerts.notifications({ limit, before, channel }),
      );
      return { notifications: rows.map(notificationOf), pagination };
    },
  }),
];
