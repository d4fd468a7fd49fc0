import { taskParams } from "../../../contract/api/tasks/task-detail-api.ts";
import { revealAnswer, revealRequest } from "../../../contract/api/tasks/reveal-api.ts";
import { revealTask } from "../../../engine/tasks/reveal-task.ts";
import { route } from "../../api/route.ts";

export const ROUTES = [
  route({
    // It changes nothing but the audit log, whose entry is committed before the answer is sent.
    method: "POST",
    path: "/api/tasks/{id}/reveal",
    summary: "The info, meta and message of a task as they are, with the secrets in them.",
    role: "admin",
    unredacted: true,
    params: taskParams,
    body: revealRequest,
    answer: revealAnswer,
    handle: ({ params: { id } }, { reads }) => revealTask(id, reads),
  }),
];
