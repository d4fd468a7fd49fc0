import { taskParams } from "../../../contract/api/tasks/task-detail-api.ts";
import {
  logRowsAnswer,
  logRowsQuery,
  logSearchAnswer,
  logSearchQuery,
} from "../../../contract/api/tasks/task-log-api.ts";
import { requireTasks } from "../../../engine/access/out-of-scope.ts";
import { countRows, findRows } from "../../../task-logs/log-rows.ts";
import { route } from "../../api/route.ts";
import { readOutput } from "../../api/tasks/send-output.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/tasks/{id}/log/rows",
    summary: "How many rows the output of a task has, and where they begin.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    query: logRowsQuery,
    answer: logRowsAnswer,
    async handle({ params: { id }, query: { from }, scope, reply }, deps) {
      await requireTasks([id], scope, deps.reads);
      return await readOutput(id, reply, deps, async (log, signal) => {
        const size = await log.size();
        const counted = await countRows(log, { from, size }, signal);
        return { path: log.path, size, ...counted };
      });
    },
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/log/search",
    summary: "The rows of the output of a task that have a text.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    query: logSearchQuery,
    answer: logSearchAnswer,
    async handle({ params: { id }, query, scope, reply }, deps) {
      await requireTasks([id], scope, deps.reads);
      return await readOutput(id, reply, deps, async (log, signal) => {
        const size = await log.size();
        const { rows, until, nextRow } = await findRows(log, { ...query, size }, signal);
        return { path: log.path, size, rows, until, next_row: nextRow };
      });
    },
  }),
];
