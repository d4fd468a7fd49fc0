import {
  endSilenceAnswer,
  endSilenceRequest,
  previewSilenceAnswer,
  previewSilenceRequest,
  silenceAnswer,
  silenceParams,
  silenceRequest,
  silencesAnswer,
  silencesQuery,
} from "../../../contract/api/alerts/silence-api.ts";
import { previewSilence } from "../../../engine/alerts/preview-silence.ts";
import { pageById } from "../../api/page.ts";
import { route } from "../../api/route.ts";
import { requestTime, timeText } from "../../request-time.ts";
import { alertOf, matcherOf } from "./alert-rows.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/silences",
    summary: "Silences, the newest first, with the alerts that each covers now.",
    role: "viewer",
    records: true,
    query: silencesQuery,
    answer: silencesAnswer,
    async handle({ query }, { reads, runtime }) {
      const now = runtime.now();
      const { rows, pagination } = await pageById(query, (limit, before) =>
        reads.alerts.silences({ limit, before, includeEnded: query.ended }),
      );
      return {
        silences: rows.map((row) => ({
          ...row,
          // It ends at its time, and the next turn of the alerts records it.
          state: row.removed_at !== null || row.ends_at <= now ? ("ended" as const) : row.state,
          matcher: matcherOf(row.matcher),
          starts_at: timeText(row.starts_at),
          ends_at: timeText(row.ends_at),
          created_at: timeText(row.created_at),
          removed_at: timeText(row.removed_at),
          covered: row.covered.map((alert) => alertOf(alert, runtime.zone)),
        })),
        pagination,
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/silences",
    summary: "Until it ends, nobody is notified of the alerts that the silence matches.",
    creates: true,
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
    path: "/api/silences/preview",
    summary: "Which open alerts a silence would cover.",
    role: "viewer",
    reads: true,
    body: previewSilenceRequest,
    answer: previewSilenceAnswer,
    async handle({ body: { alert_id: alertId, matcher, since } }, { reads, runtime }) {
      const { alerts, complete, ...preview } = await previewSilence(
        { alertId, matcher },
        requestTime("since", since),
        reads,
      );
      return {
        ...preview,
        alerts: alerts.map((alert) => alertOf(alert, runtime.zone)),
        total_is: complete ? ("exact" as const) : ("at_least" as const),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/silences/{id}/end",
    summary: "End a silence early.",
    role: "operator",
    params: silenceParams,
    body: endSilenceRequest,
    answer: endSilenceAnswer,
    async handle({ params: { id }, caller }, { acts }) {
      return { ended: await acts.alerts.endSilence(id, caller.name) };
    },
  }),
];
