import { alertActionAnswer } from "../../contract/api/alerts/alert-api.ts";
import { testChannelAnswer } from "../../contract/api/alerts/channel-api.ts";
import { endSilenceAnswer, silenceAnswer } from "../../contract/api/alerts/silence-api.ts";
import type { DirectInstance } from "../../app/offline.ts";
import { isoTime } from "../output/times.ts";

/** Changes of alerts and silences by people, through the running instance. */
export function remoteAlerts(post: (path: string, body: object) => Promise<unknown>): DirectInstance["alerts"] {
  const change = async (body: object): Promise<readonly number[]> =>
    alertActionAnswer.parse(await post("/api/alerts/actions", body)).changed;
  return {
    acknowledge: (ids, person) => change({ action: "acknowledge", ids, ...person }),
    resolve: (ids, person) => change({ action: "resolve", ids, ...person }),
    silence: async ({ alertId, matcher, startsAt, endsAt, author, reason }) => {
      const times = { starts_at: isoTime(startsAt), ends_at: isoTime(endsAt) };
      const body = { alert_id: alertId, matcher, ...times, by: author, reason };
      return silenceAnswer.parse(await post("/api/silences", body)).id;
    },
    endSilence: async (id, by) => endSilenceAnswer.parse(await post(`/api/silences/${id}/end`, { by })).ended,
    test: async (channel, by) =>
      testChannelAnswer.parse(await post(`/api/channels/${encodeURIComponent(channel)}/test`, { by })),
  };
}
