import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
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
import type { AlertControl } from "../../engine/alerts/alert-control.ts";
import { requestTime } from "../request-time.ts";

/** Routes that change alerts and silences, for the command line on the same machine; the scope has the guard. */
export function alertControlRoutes(scope: FastifyInstance, alerts: AlertControl): void {
  const api = scope.withTypeProvider<ZodTypeProvider>();

  const change = { body: changeAlertsRequest, response: { 200: changeAlertsAnswer } };
  api.post("/api/alerts/acknowledge", { schema: change }, async ({ body: { ids, by, note } }) => ({
    changed: [...(await alerts.acknowledge(ids, { by, note }))],
  }));
  api.post("/api/alerts/resolve", { schema: change }, async ({ body: { ids, by, note } }) => ({
    changed: [...(await alerts.resolve(ids, { by, note }))],
  }));

  const test = { body: testChannelRequest, response: { 200: testChannelAnswer } };
  api.post("/api/alerts/test", { schema: test }, ({ body: { channel, by } }) => alerts.test(channel, by));

  const silence = { body: silenceRequest, response: { 200: silenceAnswer } };
  api.post("/api/silences", { schema: silence }, async ({ body }) => ({
    id: await alerts.silence({
      alertId: body.alert_id,
      matcher: body.matcher,
      startsAt: requestTime("starts_at", body.starts_at),
      endsAt: requestTime("ends_at", body.ends_at),
      author: body.by,
      reason: body.reason,
    }),
  }));

  const end = { body: endSilenceRequest, response: { 200: endSilenceAnswer } };
  api.post("/api/silences/end", { schema: end }, async ({ body: { id, by } }) => ({
    ended: await alerts.endSilence(id, by),
  }));
}
