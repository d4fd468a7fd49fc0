import type { Scope } from "../../../contract/api/access/scope.ts";
import {
  attemptsAnswer,
  graphAnswer,
  graphQuery,
  logQuery,
  outputAnswer,
  taskAnswer,
  taskParams,
  whyAnswer,
  whyNotAnswer,
  whyNotQuery,
} from "../../../contract/api/tasks/task-detail-api.ts";
import { parseAskedDay } from "../../../contract/time/asked-time.ts";
import { requireTasks } from "../../../engine/access/out-of-scope.ts";
import { route } from "../../api/route.ts";
import { describeOutput, sendOutput } from "../../api/tasks/send-output.ts";
import { outputOf } from "../../api/tasks/task-output.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { taskShower } from "../../../engine/tasks/show-tasks.ts";
import type { LoggedRecord } from "../../../store/log-queries.ts";
import { RequestError } from "../../errors.ts";
import { timeText } from "../../request-time.ts";

function shower({ reads, runtime, instance }: ApiDeps, scope: Scope | null): ReturnType<typeof taskShower> {
  const logOf = (record: LoggedRecord): Promise<object | null> => outputOf(record, instance.logDirs, runtime.now());
  return taskShower({ reads, scope, runtime, logOf, ...instance });
}

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/tasks/{id}",
    summary: "What happened to a task.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    answer: taskAnswer,
    handle: ({ params: { id }, scope }, deps) => shower(deps, scope).task(id),
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/attempts",
    summary: "All attempts of a task.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    answer: attemptsAnswer,
    async handle({ params: { id }, scope }, deps) {
      return { attempts: await shower(deps, scope).attempts(id) };
    },
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/graph",
    summary: "The run of a task, or its ancestors or descendants.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    query: graphQuery,
    answer: graphAnswer,
    handle: ({ params: { id }, query: { of, depth, count }, scope }, deps) =>
      shower(deps, scope).graph(id, of, { depth, count }),
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/why",
    summary: "Why a task ran, what happened to it and what it waits for.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    answer: whyAnswer,
    handle: ({ params: { id }, scope }, deps) => shower(deps, scope).why(id),
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/log",
    summary: "The output of a task, as text.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    query: logQuery,
    answer: null,
    async handle({ params: { id }, query, scope, request, reply }, deps) {
      await requireTasks([id], scope, deps.reads);
      return await sendOutput(id, query, { request, reply }, deps);
    },
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/output",
    summary: "Where the output of a task is, and how much of it there is.",
    role: "viewer",
    records: true,
    scope: "named",
    params: taskParams,
    answer: outputAnswer,
    async handle({ params: { id }, scope }, deps) {
      await requireTasks([id], scope, deps.reads);
      const { record, found, size, isPartial } = await describeOutput(id, deps);
      const [newest, ...earlier] = found;
      const { created, decided_at: decided, started, ended, finished_at: finished } = record;
      const times = { created: timeText(created), decided_at: timeText(decided), started: timeText(started) };
      return {
        record: { ...record, ...times, ended: timeText(ended), finished_at: timeText(finished) },
        newest: newest === undefined ? null : { path: newest, size, complete: !isPartial },
        earlier,
        why_none: newest === undefined ? deps.queries.whyNoLog(record, deps.instance.logDirs) : "",
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/why-not",
    summary: "Why a phase has no task for a task time.",
    role: "viewer",
    records: true,
    scope: "named",
    query: whyNotQuery,
    answer: whyNotAnswer,
    async handle({ query: { type, job = null, workflow = null, at }, scope }, deps) {
      const taskTime = parseAskedDay(at);
      if (taskTime === null) {
        const message = "not a time: write it as in 2026-01-31T05, 2026-01-31, yesterday or 2026-01-31T05:00:00Z";
        throw new RequestError([{ pointer: "/query/at", message }]);
      }
      return { answers: await shower(deps, scope).whyNot({ type, job, workflow, taskTime }) };
    },
  }),
];
