import type { Scope } from "../../../contract/api/access/scope.ts";
import {
  createJobRequest,
  fillJobRequest,
  type JobAct,
  jobAnswer,
  jobParams,
} from "../../../contract/api/tasks/task-control-api.ts";
import { refuseChildren, refuseForeignMeta, requireTasks } from "../../../engine/access/out-of-scope.ts";
import { route } from "../../api/route.ts";
import type { Caller } from "../../auth/caller.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/jobs",
    summary: "Begin a job: one action on many tasks, in steps that a restart continues.",
    creates: true,
    role: "operator",
    scope: "named",
    body: createJobRequest,
    answer: jobAnswer,
    async handle({ body: { action: kind, ids, begin, ...act }, caller, scope }, { acts, reads }) {
      if ("children" in act) refuseChildren(act.children, scope);
      if ("meta" in act) refuseForeignMeta(act.meta ?? "", scope);
      await requireTasks(ids, scope, reads);
      return acts.tasks.job({ id: null, ids, begin, act: { kind, ...act, by: caller.name } as JobAct });
    },
  }),
  route({
    method: "POST",
    path: "/api/jobs/{id}/tasks",
    summary: "Add tasks to a job that has not begun, and let it begin.",
    role: "operator",
    scope: "named",
    params: jobParams,
    body: fillJobRequest,
    answer: jobAnswer,
    async handle({ params: { id }, body, caller, scope }, { acts, reads }) {
      await requireTasks(body.ids, scope, reads);
      return acts.tasks.job({ id, act: null, ...body, ...ofPerson(caller, scope) });
    },
  }),
  route({
    method: "GET",
    path: "/api/jobs/{id}",
    summary: "How far a job is.",
    role: "viewer",
    records: true,
    scope: "named",
    params: jobParams,
    answer: jobAnswer,
    handle: ({ params: { id }, caller, scope }, { acts }) =>
      acts.tasks.job({ id, act: null, ids: [], begin: false, ...ofPerson(caller, scope) }),
  }),
];

/** Who has only a part of the instance sees the jobs that they began: the tasks of others may be any. */
function ofPerson({ name }: Caller, scope: Scope | null): { readonly ofPerson?: string } {
  return scope === null ? {} : { ofPerson: name };
}
