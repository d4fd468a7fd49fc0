import {
  createJobRequest,
  fillJobRequest,
  type JobAct,
  jobAnswer,
  jobParams,
} from "../../../contract/api/tasks/task-control-api.ts";
import { route } from "../../api/route.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/jobs",
    summary: "Begin a job: one action on many tasks, in steps that a restart continues.",
    creates: true,
    role: "operator",
    body: createJobRequest,
    answer: jobAnswer,
    handle: ({ body: { action: kind, ids, begin, ...act }, caller }, { acts }) =>
      acts.tasks.job({ id: null, ids, begin, act: { kind, ...act, by: caller.name } as JobAct }),
  }),
  route({
    method: "POST",
    path: "/api/jobs/{id}/tasks",
    summary: "Add tasks to a job that has not begun, and let it begin.",
    role: "operator",
    params: jobParams,
    body: fillJobRequest,
    answer: jobAnswer,
    handle: ({ params: { id }, body }, { acts }) => acts.tasks.job({ id, act: null, ...body }),
  }),
  route({
    method: "GET",
    path: "/api/jobs/{id}",
    summary: "How far a job is.",
    role: "viewer",
    records: true,
    params: jobParams,
    answer: jobAnswer,
    handle: ({ params: { id } }, { acts }) => acts.tasks.job({ id, act: null, ids: [], begin: false }),
  }),
];
