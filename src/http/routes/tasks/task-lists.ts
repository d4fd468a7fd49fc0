import {
  facetsAnswer,
  facetsQuery,
  failuresAnswer,
  failuresQuery,
  histogramAnswer,
  histogramQuery,
  runningAnswer,
  runningQuery,
  searchTasksRequest,
  selectTasksAnswer,
  selectTasksRequest,
  tasksAnswer,
  tasksQuery,
} from "../../../contract/api/tasks/task-list-api.ts";
import { DAY } from "../../../contract/time/time-units.ts";
import { listRunning } from "../../../engine/tasks/list-running.ts";
import { selectTasks, SELECTION_CAPS } from "../../../engine/tasks/select-tasks.ts";
import type { FailureGroup } from "../../../store/task-queries.ts";
import { askedQuery } from "../../api/tasks/asked-query.ts";
import { taskPage } from "../../api/tasks/task-page.ts";
import { route } from "../../api/route.ts";
import { RequestError } from "../../errors.ts";
import { requestTime, timeText } from "../../request-time.ts";

/** Longest range of a histogram, in days. */
const LONGEST = { minute: 1, hour: 31, day: 62 } as const;

function totalIs({ searched_to: searchedTo }: { readonly searched_to: number | null }): "exact" | "at_least" {
  return searchedTo === null ? "exact" : "at_least";
}

function failureGroup({ fingerprint, text, count, first, last, example, kinds }: FailureGroup) {
  const { record_id, type, job, info, msg } = example;
  return {
    fingerprint,
    text,
    count,
    first_seen: timeText(first),
    last_seen: timeText(last),
    example: { record_id, type, job, info, msg },
    types: kinds,
  };
}

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/tasks",
    summary: "Task records, the newest first.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: tasksQuery,
    answer: tasksAnswer,
    handle: ({ query, scope }, deps) => taskPage(query, askedQuery(query, "/query/query", scope, deps), deps),
  }),
  route({
    method: "POST",
    path: "/api/tasks/search",
    summary: "Task records that a query finds, as GET /api/tasks lists them.",
    role: "viewer",
    records: true,
    scope: "rows",
    reads: true,
    body: searchTasksRequest,
    answer: tasksAnswer,
    handle: ({ body, scope }, deps) => taskPage(body, askedQuery(body, "/body/query", scope, deps), deps),
  }),
  route({
    method: "POST",
    path: "/api/tasks/select",
    summary:
      "The tasks that a query finds, at most 100,000, each by its newest record: what an action on it would act on.",
    role: "viewer",
    records: true,
    scope: "rows",
    reads: true,
    body: selectTasksRequest,
    answer: selectTasksAnswer,
    async handle({ body, scope }, deps) {
      const { reads, runtime } = deps;
      const query = askedQuery(body, "/body/query", scope, deps);
      return { record_ids: await selectTasks(query, reads, { ...SELECTION_CAPS, monotonic: runtime.monotonic }) };
    },
  }),
  route({
    method: "GET",
    path: "/api/tasks/facets",
    summary: "How many of the records that match have each type, job, workflow, result and state.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: facetsQuery,
    answer: facetsAnswer,
    async handle({ query, scope }, deps) {
      const found = await deps.reads.views.facets(askedQuery(query, "/query/query", scope, deps));
      return {
        facets: found.facets,
        total: found.total,
        total_is: totalIs(found),
        searched_to: timeText(found.searched_to),
        unindexed: found.unindexed,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/tasks/failures",
    summary:
      "The records that match and failed, in groups that have the same message but for its numbers, ids, paths and times.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: failuresQuery,
    answer: failuresAnswer,
    async handle({ query: { limit, ...asked }, scope }, deps) {
      const found = await deps.reads.views.failures(askedQuery(asked, "/query/query", scope, deps), limit);
      return {
        groups: found.groups.map(failureGroup),
        found: found.found,
        total: found.total,
        total_is: totalIs(found),
        searched_to: timeText(found.searched_to),
        unindexed: found.unindexed,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/running",
    summary: "The tasks that workers have now.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: runningQuery,
    answer: runningAnswer,
    async handle({ query: { type = null, job = null, limit }, scope }, { reads }) {
      const { tasks, isMore } = await listRunning({ type, job, limit, scope }, reads);
      const total = { total: tasks.length, total_is: isMore ? "at_least" : "exact" } as const;
      return {
        tasks: tasks.map(({ began_at: began, due_at: due, deadline_at: deadline, reported_at: reported, ...task }) => ({
          ...task,
          began_at: timeText(began),
          due_at: timeText(due),
          deadline_at: timeText(deadline),
          reported_at: timeText(reported),
        })),
        pagination: { next_cursor: null, page: 1, ...total },
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/tasks/histogram",
    summary: "Records by the minute, hour or day in which they were made, with their results.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: histogramQuery,
    answer: histogramAnswer,
    async handle({ query: asked, scope }, deps) {
      const { by: step, tz: zone = deps.runtime.zone } = asked;
      const [from, until] = [requestTime("from", asked.from, "/query"), requestTime("until", asked.until, "/query")];
      const most = LONGEST[step];
      if (from >= until || until - from > most * DAY) {
        const message = `not after \`from\`, or more than ${most === 1 ? "a day" : `${most} days`} after it`;
        throw new RequestError([{ pointer: "/query/until", message }]);
      }
      const query = askedQuery(asked, "/query/query", scope, deps);
      const found = await deps.reads.views.histogram({ query, step, zone, from, until });
      return {
        from: timeText(found.from),
        until: timeText(found.until),
        tz: zone,
        buckets: found.buckets.map(({ at, ...counts }) => ({ at: timeText(at), ...counts })),
        total: found.buckets.reduce((sum, { total }) => sum + total, 0),
        total_is: totalIs(found),
        searched_to: timeText(found.searched_to),
        unindexed: found.unindexed,
      };
    },
  }),
];
