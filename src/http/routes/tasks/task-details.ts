import {
  attemptsAnswer,
  graphAnswer,
  graphQuery,
  logQuery,
  taskAnswer,
  taskParams,
  whyAnswer,
  whyNotAnswer,
  whyNotQuery,
} from "../../../contract/api/tasks/task-detail-api.ts";
import { parseAskedTime } from "../../../contract/time/asked-time.ts";
import { route } from "../../api/route.ts";
import { sendOutput } from "../../api/tasks/send-output.ts";
import { outputOf } from "../../api/tasks/task-output.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { taskShower } from "../../../engine/tasks/show-tasks.ts";
import type { LoggedRecord } from "../../../store/log-queries.ts";
import { RequestError } from "../../errors.ts";

function shower({ reads, runtime, instance }: ApiDeps): ReturnType<typeof taskShower> {
  const logOf = (record: LoggedRecord): Promise<object | null> => outputOf(record, instance.logDirs, runtime.now());
  return taskShower({ reads, runtime, logOf, ...instance });
}

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/tasks/{id}",
    summary: "What happened to a task.",
    role: "viewer",
    records: true,
    params: taskParams,
    answer: taskAnswer,
    handle: ({ params: { id } }, deps) => shower(deps).task(id),
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/attempts",
    summary: "All attempts of a task.",
    role: "viewer",
    records: true,
    params: taskParams,
    answer: attemptsAnswer,
    async handle({ params: { id } }, deps) {
      return { attempts: await shower(deps).attempts(id) };
    },
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/graph",
    summary: "The run of a task, or its ancestors or descendants.",
    role: "viewer",
    records: true,
    params: taskParams,
    query: graphQuery,
    answer: graphAnswer,
    handle: ({ params: { id }, query: { of, depth, count } }, deps) => shower(deps).graph(id, of, { depth, count }),
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/why",
    summary: "Why a task ran, what happened to it and what it waits for.",
    role: "viewer",
    records: true,
    params: taskParams,
    answer: whyAnswer,
    handle: ({ params: { id } }, deps) => shower(deps).why(id),
  }),
  route({
    method: "GET",
    path: "/api/tasks/{id}/log",
    summary: "The output of a task, as text.",
    role: "viewer",
    records: true,
    params: taskParams,
    query: logQuery,
    answer: null,
    handle: ({ params: { id }, query, request, reply }, deps) => sendOutput(id, query, { request, reply }, deps),
  }),
  route({
    method: "GET",
    path: "/api/why-not",
    summary: "Why a phase has no task for a task time.",
    role: "viewer",
    records: true,
    query: whyNotQuery,
    answer: whyNotAnswer,
    async handle({ query: { type, job = null, workflow = null, at } }, deps) {
      const taskTime = parseAskedTime(at);
      if (taskTime === null) {
        const message = "not a time: write it as in 2026-01-31T05, 2026-01-31 or 2026-01-31T05:00:00Z";
        throw new RequestError([{ pointer: "/query/at", message }]);
      }
      return { answers: await shower(deps).whyNot({ type, job, workflow, taskTime }) };
    },
  }),
];
