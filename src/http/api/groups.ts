import type { Route } from "./route.ts";

/** Routes of one resource. Their module, with its schemas, is loaded by the first request for one of them. */
export interface RouteGroup {
  /** `METHOD /path/{name}`, the same as in the module. */
  readonly routes: readonly string[];
  /** Bytes of a body; 1 MiB where it says nothing. */
  readonly bodyLimit?: number;
  load(): Promise<{ readonly ROUTES: readonly Route[] }>;
}

/** Bytes of one request with messages: a message may be large, and a request may have many. */
const MESSAGES_LIMIT = 16 * 1024 * 1024;

/** The same of a request from somebody who is not known yet. */
const LOGIN_LIMIT = 16 * 1024;

/** Bytes of a request with a text of 1 MiB, escaped. */
const TEXT_LIMIT = 4 * 1024 * 1024;

/** Every route below `/api/`. */
export const ROUTE_GROUPS: readonly RouteGroup[] = [
  {
    load: () => import("../routes/topics.ts"),
    routes: ["POST /api/topics/{topic}/messages"],
    bodyLimit: MESSAGES_LIMIT,
  },
  {
    load: () => import("../routes/dead-letters.ts"),
    routes: ["GET /api/dead-letters", "POST /api/dead-letters/redrive"],
    bodyLimit: MESSAGES_LIMIT,
  },
  {
    load: () => import("../routes/tasks/task-lists.ts"),
    routes: [
      "GET /api/tasks",
      "POST /api/tasks/search",
      "POST /api/tasks/select",
      "GET /api/tasks/facets",
      "GET /api/tasks/failures",
      "GET /api/running",
      "GET /api/tasks/histogram",
    ],
  },
  {
    load: () => import("../routes/tasks/task-logs.ts"),
    routes: ["GET /api/tasks/{id}/log/rows", "GET /api/tasks/{id}/log/search"],
  },
  {
    load: () => import("../routes/tasks/task-details.ts"),
    routes: [
      "GET /api/tasks/{id}",
      "GET /api/tasks/{id}/attempts",
      "GET /api/tasks/{id}/graph",
      "GET /api/tasks/{id}/why",
      "GET /api/tasks/{id}/log",
      "GET /api/tasks/{id}/output",
      "GET /api/why-not",
    ],
  },
  { load: () => import("../routes/tasks/reveal.ts"), routes: ["POST /api/tasks/{id}/reveal"] },
  { load: () => import("../routes/tasks/task-export.ts"), routes: ["GET /api/tasks/export"] },
  {
    load: () => import("../routes/tasks/task-actions.ts"),
    routes: ["POST /api/tasks", "POST /api/tasks/actions"],
    bodyLimit: MESSAGES_LIMIT,
  },
  {
    load: () => import("../routes/tasks/jobs.ts"),
    routes: ["POST /api/jobs", "POST /api/jobs/{id}/tasks", "GET /api/jobs/{id}"],
    bodyLimit: MESSAGES_LIMIT,
  },
  {
    load: () => import("../routes/alerts/alerts.ts"),
    routes: [
      "GET /api/alerts",
      "GET /api/alerts/summary",
      "GET /api/alerts/days",
      "GET /api/alerts/{id}",
      "POST /api/alerts/actions",
    ],
  },
  {
    load: () => import("../routes/alerts/silences.ts"),
    routes: ["GET /api/silences", "POST /api/silences", "POST /api/silences/preview", "POST /api/silences/{id}/end"],
  },
  {
    load: () => import("../routes/alerts/channels.ts"),
    routes: ["GET /api/channels", "POST /api/channels/{name}/test", "GET /api/notifications"],
  },
  {
    load: () => import("../routes/backfills/backfills.ts"),
    routes: [
      "GET /api/backfills",
      "POST /api/backfills",
      "POST /api/backfills/preview",
      "GET /api/backfills/{id}",
      "GET /api/backfills/{id}/slots",
      "POST /api/backfills/{id}/pause",
      "POST /api/backfills/{id}/resume",
      "POST /api/backfills/{id}/cancel",
      "POST /api/backfills/{id}/retry-failed",
    ],
  },
  {
    load: () => import("../routes/backfills/cells.ts"),
    routes: ["POST /api/backfills/preview/cells", "GET /api/backfills/{id}/cells", "GET /api/backfills/{id}/pace"],
  },
  {
    load: () => import("../routes/backups.ts"),
    routes: ["GET /api/backups", "GET /api/backups/{id}", "POST /api/backup"],
  },
  { load: () => import("../routes/workflows/pauses.ts"), routes: ["POST /api/pause", "POST /api/resume"] },
  {
    load: () => import("../routes/workflows/phases.ts"),
    routes: [
      "GET /api/workflows/phases/{key}",
      "POST /api/workflows/phases/{key}/pause",
      "POST /api/workflows/phases/{key}/resume",
      "POST /api/workflows/phases/{key}/trigger",
      "POST /api/workflows/phases/{key}/preview",
    ],
  },
  { load: () => import("../routes/workers.ts"), routes: ["GET /api/workers", "POST /api/workers/drain"] },
  {
    load: () => import("../routes/files/files.ts"),
    routes: [
      "GET /api/files",
      "GET /api/files/counts",
      "GET /api/files/analytics",
      "GET /api/files/verdicts",
      "GET /api/files/{id}",
      "POST /api/files",
      "POST /api/files/match",
    ],
  },
  { load: () => import("../routes/files/arrivals.ts"), routes: ["GET /api/files/arrivals"] },
  {
    load: () => import("../routes/files/file-actions.ts"),
    routes: ["POST /api/files/redrive", "POST /api/files/finish"],
  },
  { load: () => import("../routes/workflows/figures.ts"), routes: ["GET /api/workflows/figures"] },
  {
    load: () => import("../routes/workflows/changes.ts"),
    routes: ["POST /api/workflows/refresh", "POST /api/workflows/accept"],
  },
  {
    load: () => import("../routes/workflows/plan.ts"),
    routes: [
      "GET /api/workflows/graph",
      "GET /api/workflows/grid",
      "GET /api/workflows/grid/tasks",
      "GET /api/workflows/gantt",
      "GET /api/schedule",
    ],
  },
  {
    load: () => import("../routes/workflows/edit.ts"),
    routes: ["PUT /api/workflows/source"],
    bodyLimit: TEXT_LIMIT,
  },
  {
    load: () => import("../routes/workflows/schedule.ts"),
    routes: ["GET /api/schedule/load", "GET /api/schedule/clock-changes"],
  },
  {
    load: () => import("../routes/workflows/inspect.ts"),
    routes: ["POST /api/workflows/validate", "GET /api/workflows/diff"],
    bodyLimit: TEXT_LIMIT,
  },
  {
    load: () => import("../routes/workflows/files.ts"),
    routes: [
      "GET /api/workflows",
      "GET /api/workflows/file",
      "GET /api/workflows/versions",
      "GET /api/workflows/source",
      "GET /api/workflows/issues",
    ],
  },
  { load: () => import("../routes/notes.ts"), routes: ["GET /api/notes", "POST /api/notes", "POST /api/notes/remove"] },
  {
    load: () => import("../routes/access/logins.ts"),
    routes: ["GET /api/login/ways", "POST /api/login", "POST /api/setup", "POST /api/logout", "GET /api/me"],
    bodyLimit: LOGIN_LIMIT,
  },
  {
    load: () => import("../routes/access/oidc.ts"),
    routes: ["GET /api/login/oidc", "GET /api/login/oidc/callback"],
  },
  {
    load: () => import("../routes/access/users.ts"),
    routes: ["GET /api/users", "POST /api/users", "PUT /api/users/{name}"],
  },
  { load: () => import("../routes/access/sessions.ts"), routes: ["GET /api/sessions", "DELETE /api/sessions/{id}"] },
  {
    load: () => import("../routes/access/keys.ts"),
    routes: ["GET /api/keys", "POST /api/keys", "PUT /api/keys/{id}", "DELETE /api/keys/{id}"],
  },
  {
    load: () => import("../routes/access/views.ts"),
    routes: ["GET /api/views", "POST /api/views", "PUT /api/views/{id}", "DELETE /api/views/{id}"],
  },
  {
    load: () => import("../routes/retention.ts"),
    routes: [
      "GET /api/retention",
      "PUT /api/retention",
      "DELETE /api/cleanup",
      "GET /api/cleanup",
      "GET /api/cleanup/{id}",
      "POST /api/cleanup/{id}/stop",
    ],
  },
  {
    load: () => import("../routes/restore.ts"),
    routes: ["GET /api/restore", "GET /api/restore/messages", "POST /api/restore/accept", "POST /api/restore/drop"],
  },
  { load: () => import("../routes/summary.ts"), routes: ["GET /api/summary"] },
  { load: () => import("../routes/tasks/stats.ts"), routes: ["GET /api/stats"] },
  { load: () => import("../routes/instance.ts"), routes: ["GET /api/instance"] },
  { load: () => import("../routes/metrics-json.ts"), routes: ["GET /api/metrics"] },
  { load: () => import("../routes/history.ts"), routes: ["GET /api/health/history", "GET /api/database/history"] },
  { load: () => import("../routes/configuration.ts"), routes: ["GET /api/configuration"] },
  { load: () => import("../routes/health.ts"), routes: ["GET /api/health/live", "GET /api/health/ready"] },
  { load: () => import("../routes/events.ts"), routes: ["GET /api/events"] },
  { load: () => import("../routes/access/audit.ts"), routes: ["GET /api/audit", "GET /api/audit/hours"] },
  {
    load: () => import("../routes/openapi.ts"),
    routes: ["GET /api/openapi.json", "GET /api/docs", "GET /api/docs.css"],
  },
];
