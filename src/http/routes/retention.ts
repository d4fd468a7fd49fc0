import {
  cleanup,
  cleanupParams,
  cleanupQuery,
  cleanupsAnswer,
  cleanupsQuery,
  retentionAnswer,
  retentionPolicy,
  setRetentionRequest,
} from "../../contract/api/instance/retention-api.ts";
import { cleanupJson } from "../../engine/retention/retention-json.ts";
import { askedPage, paginationOf, totalSeen } from "../api/cursor.ts";
import { type Route, route } from "../api/route.ts";

export const ROUTES: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/retention",
    summary: "How long the rows of each table are kept, and when they were cleaned up.",
    role: "viewer",
    answer: retentionAnswer,
    handle: async (_call, { acts }) => ({ policies: [...(await acts.retention.policies())] }),
  }),
  route({
    method: "PUT",
    path: "/api/retention",
    summary: "Set how long the rows of a table are kept, instead of what is configured.",
    role: "admin",
    body: setRetentionRequest,
    answer: retentionPolicy,
    async handle({ body, caller, trail }, { acts }) {
      const { before, after } = await acts.retention.setPolicy({ ...body, by: caller.name });
      trail.before = before;
      return after;
    },
  }),
  route({
    method: "DELETE",
    path: "/api/cleanup",
    summary: "Delete old rows, or count them: begins a cleanup, which goes on behind the answer.",
    role: "admin",
    query: cleanupQuery,
    answer: cleanup,
    status: 202,
    handle: ({ query, caller }, { acts }) =>
      acts.retention.start({
        table: query.table ?? null,
        older_than: query.older_than ?? null,
        dry_run: query.dry_run,
        by: caller.name,
      }),
  }),
  route({
    method: "GET",
    path: "/api/cleanup",
    summary: "Cleanups, the newest first.",
    role: "viewer",
    query: cleanupsQuery,
    answer: cleanupsAnswer,
    async handle({ query }, { reads, acts }) {
      const page = askedPage(query.cursor, query);
      const before = typeof page.after === "number" ? page.after : null;
      const found = await reads.retention.cleanups({ before, limit: query.limit + 1 });
      const rows = found.slice(0, query.limit);
      const last = found.length > rows.length ? (rows.at(-1)?.id ?? null) : null;
      return {
        cleanups: rows.map((row) => cleanupJson(row, acts.retention.archiveFailure(row.id))),
        pagination: paginationOf(page, query, last, totalSeen(page, query.limit, found.length)),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/cleanup/{id}",
    summary: "How far a cleanup is.",
    role: "viewer",
    params: cleanupParams,
    answer: cleanup,
    handle: ({ params: { id } }, { acts }) => acts.retention.one(id),
  }),
  route({
    method: "POST",
    path: "/api/cleanup/{id}/stop",
    summary: "Stop a cleanup that runs: what it has deleted stays deleted.",
    role: "admin",
    params: cleanupParams,
    answer: cleanup,
    handle: ({ params: { id } }, { acts }) => acts.retention.stop(id),
  }),
];
