import { drainAnswer, drainRequest, workersAnswer, workersQuery } from "../../contract/api/tasks/worker-api.ts";
import { askedPage, paginationOf } from "../api/cursor.ts";
import { route } from "../api/route.ts";
import { timeText } from "../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/workers",
    summary: "Who runs tasks, by type and job: the workers of this instance, and those that were heard of today.",
    role: "viewer",
    query: workersQuery,
    answer: workersAnswer,
    async handle({ query }, { queries, steering }) {
      const page = askedPage(query.cursor, query);
      const all = await queries.workers();
      const after = Array.isArray(page.after) ? page.after : null;
      const begin = after === null ? 0 : all.findIndex(({ type, job }) => type === after[0] && job === after[1]) + 1;
      const rows = all.slice(begin, begin + query.limit);
      const end = rows.at(-1);
      const last = end === undefined || begin + rows.length === all.length ? null : [end.type, end.job];
      const { drained, running } = steering();
      return {
        workers: rows.map(({ instances, last_heard: heard, ...row }) => ({
          ...row,
          last_heard: timeText(heard),
          instances: instances.map((one) => ({ ...one, last_heard: timeText(one.last_heard) })),
        })),
        drained,
        running,
        pagination: paginationOf(page, query, last, { total: all.length, total_is: "exact" }),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/workers/drain",
    summary: "Let the workers of this instance take no more tasks, or take them again.",
    role: "operator",
    body: drainRequest,
    answer: drainAnswer,
    handle: ({ body, caller }, { acts }) => acts.drain({ ...body, by: caller.name }),
  }),
];
