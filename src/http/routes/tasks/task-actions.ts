import { createTaskAnswer, createTaskRequest } from "../../../contract/api/tasks/create-task-api.ts";
import { taskActionAnswer, taskActionRequest } from "../../../contract/api/tasks/task-control-api.ts";
import { askedQuery } from "../../api/tasks/asked-query.ts";
import { route } from "../../api/route.ts";
import { requestedTaskTime } from "../../request-time.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/tasks",
    summary: "Create the tasks that a phase would create for a task time.",
    creates: true,
    role: "operator",
    scope: "named",
    body: createTaskRequest,
    answer: createTaskAnswer,
    async handle({ body: { at, ...rest }, caller, scope }, { acts }) {
      const request = { ...rest, at: requestedTaskTime("at", at), by: caller.name, scope };
      const tasks = await acts.createTask(request);
      return { tasks: tasks.map(({ recordId, ...task }) => ({ record_id: recordId, ...task })) };
    },
  }),
  route({
    method: "POST",
    path: "/api/tasks/actions",
    summary: "Retry, cancel, mark or annotate tasks, by their records or by a query; more than 1,000 in a job.",
    creates: true,
    role: "operator",
    scope: "named",
    body: taskActionRequest,
    answer: taskActionAnswer,
    handle({ body: { ids = [], query, tz, ...action }, caller, scope }, deps) {
      const selection =
        query === undefined ? { ids } : { query: askedQuery({ query, tz }, "/body/query", scope, deps) };
      return deps.acts.actOnTasks({ ...action, by: caller.name, scope }, selection);
    },
  }),
];
