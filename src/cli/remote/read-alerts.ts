import { type AlertAnswer, alertAnswer, alertsAnswer } from "../../contract/api/alerts/alert-api.ts";
import { channelsAnswer } from "../../contract/api/alerts/channel-api.ts";
import { silencesAnswer } from "../../contract/api/alerts/silence-api.ts";
import type { AlertHistory, AlertRow, NotificationRow, SilenceRow } from "../../store/alert-store.ts";
import { isoTime } from "../output/times.ts";
import type { AlertReads } from "../reads/alert-reads.ts";
import { type ApiClient, orNull } from "./api-client.ts";
import { pagesOf } from "./pages.ts";
import { msOf, notesOf, rowOf, rowsOf } from "./rows.ts";

/** As many as the database gives. */
const MAX_SILENCES = 1000;

export function remoteAlertReads(client: ApiClient): AlertReads {
  return {
    list: async ({ limit, before, state, severity, type: alert_type, taskType: type, job, workflow, since, until }) => {
      const filter = { before, state, severity, alert_type, type, job, workflow };
      const query = { ...filter, since: isoTime(since), until: isoTime(until) };
      const { rows } = await pagesOf(
        client,
        "/api/alerts",
        alertsAnswer,
        { query, number: limit },
        (page) => page.alerts,
      );
      return { rows: rows.map(alertRow), notes: rows.flatMap(({ id, notes }) => notesOf("alert", id, notes)) };
    },
    shown: async (id) => {
      const found = await orNull("unknown_alert", client.get(`/api/alerts/${id}`, alertAnswer));
      if (found === null) return null;
      const { alert, occurrences, changes, notifications, notes, ...beside } = found;
      const { labels, notify } = alert;
      return {
        ...beside,
        notes: notesOf("alert", id, notes),
        history: {
          alert: { ...alertRow(alert), labels, notify },
          occurrences: rowsOf<AlertHistory["occurrences"][number]>(occurrences),
          changes: rowsOf<AlertHistory["changes"][number]>(changes),
          notifications: rowsOf<NotificationRow>(notifications),
        },
      };
    },
    silences: async (ended) => {
      const asked = { query: { ended }, number: MAX_SILENCES };
      const { rows } = await pagesOf(client, "/api/silences", silencesAnswer, asked, (page) => page.silences);
      return rows.map(({ covered, ...silence }): SilenceRow => ({
        ...rowOf<Omit<SilenceRow, "covered">>(silence),
        covered: covered.map(alertRow),
      }));
    },
    channels: async () => {
      const { channels } = await client.get("/api/channels", channelsAnswer);
      return channels.map(({ name, kind, matcher, min_frequency_ms: min, max_frequency_ms: max }) => {
        return { name, kind, matcher, minFrequency: min, maxFrequency: max };
      });
    },
  };
}

/** In the order of the database. */
function alertRow(alert: AlertAnswer): AlertRow {
  const { id, alert_type: type, severity, state, type: task_type, job, cause, workflow, message, task_id } = alert;
  const { record_id, count, open, silence_id } = alert;
  const { task_time, task_zone } = rowOf<Pick<AlertRow, "task_time" | "task_zone">>(alert);
  return {
    id,
    type,
    severity,
    state,
    task_type,
    job,
    task_time,
    cause,
    workflow,
    message,
    task_id,
    record_id,
    task_created: msOf(alert.task_created),
    count,
    open,
    created_at: msOf(alert.created_at),
    last_seen: msOf(alert.last_seen),
    resolved_at: msOf(alert.resolved_at),
    silence_id,
    task_zone,
  };
}
