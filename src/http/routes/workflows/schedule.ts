import {
  clockChangesAnswer,
  clockChangesQuery,
  loadAnswer,
  loadQuery,
} from "../../../contract/api/workflows/schedule-api.ts";
import { route } from "../../api/route.ts";
import { requestTime } from "../../request-time.ts";
import { requireFile } from "./files.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/schedule/load",
    summary: "How many ticks and tasks each hour or day had, and what is still to come, by phase too; and the pauses.",
    role: "viewer",
    scope: "rows",
    query: loadQuery,
    answer: loadAnswer,
    async handle({ query, scope }, deps) {
      const { path = null, by, tz, phases } = query;
      if (path !== null) await requireFile(path, scope, deps);
      return deps.queries.load({
        from: requestTime("from", query.from, "/query"),
        to: requestTime("to", query.to, "/query"),
        by,
        zone: tz ?? deps.runtime.zone,
        workflow: path,
        phases,
        scope,
      });
    },
  }),
  route({
    method: "GET",
    path: "/api/schedule/clock-changes",
    summary: "When the clocks of the zones in use change, and which ticks that skips, doubles or loses.",
    role: "viewer",
    scope: "rows",
    query: clockChangesQuery,
    answer: clockChangesAnswer,
    async handle({ query: { path = null }, scope }, deps) {
      if (path !== null) await requireFile(path, scope, deps);
      return deps.queries.clockChanges({ workflow: path, scope });
    },
  }),
];
