import {
  changeAlertsAnswer,
  changeAlertsRequest,
  endSilenceAnswer,
  endSilenceRequest,
  silenceAnswer,
  silenceRequest,
  testChannelAnswer,
  testChannelRequest,
} from "../../contract/api/alert-api.ts";
import { route } from "../api/route.ts";
import { requestTime } from "../request-time.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/alerts/acknowledge",
    summary: "Say that somebody looks after these alerts: they are notified no more.",
    role: "operator",
    body: changeAlertsRequest,
    answer: changeAlertsAnswer,
    async handle({ body: { ids, note }, caller }, { acts }) {
      return { changed: [...(await acts.alerts.acknowledge(ids, { by: caller.name, note }))] };
    },
  }),
  route({
    method: "POST",
    path: "/api/alerts/resolve",
    summary: "End alerts by hand.",
    role: "operator",
    body: changeAlertsRequest,
    answer: changeAlertsAnswer,
    async handle({ body: { ids, note }, caller }, { acts }) {
      return { changed: [...(await acts.alerts.resolve(ids, { by: caller.name, note }))] };
    },
  }),
  route({
    method: "POST",
    path: "/api/alerts/test",
    summary: "Send a message through a channel and wait for the receiver's answer.",
    role: "operator",
    body: testChannelRequest,
    answer: testChannelAnswer,
    handle: ({ body: { channel }, caller }, { acts }) => acts.alerts.test(channel, caller.name),
  }),
  route({
    method: "POST",
    path: "/api/silences",
    summary: "Until it ends, nobody is notified of the alerts that the silence matches.",
    role: "operator",
    body: silenceRequest,
    answer: silenceAnswer,
    async handle({ body, caller }, { acts }) {
      const id = await acts.alerts.silence({
        alertId: body.alert_id,
        matcher: body.matcher,
        startsAt: requestTime("starts_at", body.starts_at),
        endsAt: requestTime("ends_at", body.ends_at),
        author: caller.name,
        reason: body.reason,
      });
      return { id };
    },
  }),
  route({
    method: "POST",
    path: "/api/silences/end",
    summary: "End a silence early.",
    role: "operator",
    body: endSilenceRequest,
    answer: endSilenceAnswer,
    async handle({ body: { id }, caller }, { acts }) {
      return { ended: await acts.alerts.endSilence(id, caller.name) };
    },
  }),
];
