import {
  actedAnswer,
  cancelTasksRequest,
  jobAnswer,
  jobRequest,
  markTasksRequest,
  retryTasksRequest,
} from "../../contract/api/task-control-api.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/tasks/retry",
    summary: "One more attempt of each task, or an edited copy.",
    role: "operator",
    body: retryTasksRequest,
    answer: actedAnswer,
    async handle({ body, caller }, { acts }) {
      return { tasks: await acts.tasks.retry({ ...body, by: caller.name }) };
    },
  }),
  route({
    method: "POST",
    path: "/api/tasks/cancel",
    summary: "Cancel what is unfinished.",
    role: "operator",
    body: cancelTasksRequest,
    answer: actedAnswer,
    async handle({ body, caller }, { acts }) {
      return { tasks: await acts.tasks.cancel({ ...body, by: caller.name }) };
    },
  }),
  route({
    method: "POST",
    path: "/api/tasks/mark",
    summary: "Give tasks a result as their workers would.",
    role: "operator",
    body: markTasksRequest,
    answer: actedAnswer,
    async handle({ body, caller }, { acts }) {
      return { tasks: await acts.tasks.mark({ ...body, by: caller.name }) };
    },
  }),
  route({
    method: "POST",
    path: "/api/tasks/job",
    summary: "Act on many tasks, in steps that a restart continues; or ask how far that is.",
    role: "operator",
    body: jobRequest,
    answer: jobAnswer,
    handle: ({ body: { act, ...rest }, caller }, { acts }) =>
      acts.tasks.job({ ...rest, act: act === null ? null : { ...act, by: caller.name } }),
  }),
];
