import { changeAlertsAnswer, endSilenceAnswer, silenceAnswer, testChannelAnswer } from "../contract/api/alert-api.ts";
import type { DirectInstance } from "../app/offline.ts";
import { isoTime } from "./output/times.ts";

/** Changes of alerts and silences by people, through the running instance. */
export function remoteAlerts(post: (path: string, body: object) => Promise<unknown>): DirectInstance["alerts"] {
  const change = async (path: string, body: object): Promise<readonly number[]> =>
    changeAlertsAnswer.parse(await post(path, body)).changed;
  return {
    acknowledge: (ids, person) => change("/api/alerts/acknowledge", { ids, ...person }),
    resolve: (ids, person) => change("/api/alerts/resolve", { ids, ...person }),
    silence: async ({ alertId, matcher, startsAt, endsAt, author, reason }) => {
      const times = { starts_at: isoTime(startsAt), ends_at: isoTime(endsAt) };
      const body = { alert_id: alertId, matcher, ...times, by: author, reason };
      return silenceAnswer.parse(await post("/api/silences", body)).id;
    },
    endSilence: async (id, by) => endSilenceAnswer.parse(await post("/api/silences/end", { id, by })).ended,
    test: async (channel, by) => testChannelAnswer.parse(await post("/api/alerts/test", { channel, by })),
  };
}
