import {
  alertActionAnswer,
  alertActionRequest,
  alertAnswer,
  alertDaysAnswer,
  alertDaysQuery,
  alertParams,
  alertsAnswer,
  alertsQuery,
  alertSummaryAnswer,
} from "../../../contract/api/alerts/alert-api.ts";
import { alertDays } from "../../../engine/alerts/alert-days.ts";
import { besideAlert } from "../../../engine/alerts/beside-alert.ts";
import { notesOn } from "../../../engine/notes/notes-on.ts";
import { taskTimeText } from "../../../engine/task-time-text.ts";
import { outputOf } from "../../api/tasks/task-output.ts";
import { pageOf } from "../../api/page.ts";
import { route } from "../../api/route.ts";
import { requestTime, timeText } from "../../request-time.ts";
import { alertOf, notificationOf } from "./alert-rows.ts";
import { notificationsWithin, requireAlerts, UnknownAlertError } from "./alerts-within.ts";

const GROUPS = 100;

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/alerts",
    summary: "Alerts, the newest first.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: alertsQuery,
    answer: alertsAnswer,
    async handle({ query, scope }, { reads, runtime }) {
      const { rows, pagination } = await pageOf(query, async (before) => {
        const { alerts, next } = await reads.alerts.list({
          limit: query.limit,
          before,
          state: query.state ?? null,
          severity: query.severity ?? null,
          type: query.alert_type ?? null,
          taskType: query.type ?? null,
          job: query.job ?? null,
          workflow: query.workflow ?? null,
          scope,
          since: requestTime("since", query.since ?? null, "/query"),
          until: requestTime("until", query.until ?? null, "/query"),
          text: query.text ?? null,
        });
        return { rows: alerts, next };
      });
      const ids = rows.map(({ id }) => id);
      const notesOf = await notesOn("alert", ids, reads);
      return { alerts: rows.map((row) => ({ ...alertOf(row, runtime.zone), notes: notesOf(row.id) })), pagination };
    },
  }),
  route({
    method: "GET",
    path: "/api/alerts/summary",
    summary: "What is unresolved: counted by state, and grouped by type and work.",
    role: "viewer",
    records: true,
    scope: "rows",
    answer: alertSummaryAnswer,
    async handle({ scope }, { reads, runtime }) {
      const { groups, total, complete } = await reads.alerts.groups(GROUPS, scope);
      return {
        states: (await reads.alerts.counts(scope)).map(({ state, severity, count }) => ({
          state,
          severity,
          alerts: count,
        })),
        groups: groups.map(({ type, task_type: taskType, task_zone: zone, ...group }) => ({
          ...group,
          alert_type: type,
          type: taskType,
          first_seen: timeText(group.first_seen),
          last_seen: timeText(group.last_seen),
          first_task_time: taskTimeText(group.first_task_time, zone, runtime.zone),
          last_task_time: taskTimeText(group.last_task_time, zone, runtime.zone),
        })),
        total_groups: total,
        total_is: complete ? ("exact" as const) : ("at_least" as const),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/alerts/days",
    summary: "How many alerts began on each day.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: alertDaysQuery,
    answer: alertDaysAnswer,
    async handle({ query: { from = null, to = null, tz = null }, scope }, { reads, runtime }) {
      const { zone, days } = await alertDays({ from, to, zone: tz, scope }, reads, runtime);
      return { time_zone: zone, days: days.map((day) => ({ ...day, from: timeText(day.from) })) };
    },
  }),
  route({
    method: "GET",
    path: "/api/alerts/{id}",
    summary: "An alert with its occurrences, changes and notifications.",
    role: "viewer",
    records: true,
    scope: "named",
    params: alertParams,
    answer: alertAnswer,
    async handle({ params: { id }, scope }, { reads, runtime, instance }) {
      await requireAlerts([id], scope, reads);
      const found = await reads.alerts.one(id);
      if (found === null) throw new UnknownAlertError(id);
      const { alert, occurrences, changes, notifications } = found;
      return {
        alert: { ...alertOf(alert, runtime.zone), labels: alert.labels, notify: [...alert.notify] },
        occurrences: occurrences.map(({ at, resolved_at: resolved, ...one }) => ({
          ...one,
          at: timeText(at),
          resolved_at: timeText(resolved),
        })),
        changes: changes.map(({ at, ...one }) => ({ ...one, at: timeText(at) })),
        notifications: (await notificationsWithin(notifications, scope, reads)).map(notificationOf),
        ...(await besideAlert(alert, {
          reads,
          runtime,
          links: instance.links,
          logOf: (record) => outputOf(record, instance.logDirs, runtime.now()),
        })),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/alerts/actions",
    summary: "Acknowledge or resolve alerts.",
    role: "operator",
    scope: "named",
    body: alertActionRequest,
    answer: alertActionAnswer,
    async handle({ body: { action, ids, note }, caller, scope }, { acts, reads }) {
      await requireAlerts(ids, scope, reads);
      return { changed: [...(await acts.alerts[action](ids, { by: caller.name, note }))] };
    },
  }),
];
