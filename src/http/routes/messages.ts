import { runAnswer, runRequest, sendAnswer, sendRequest } from "../../contract/api/instance-api.ts";
import { route } from "../api/route.ts";
import { requestedTaskTime } from "../request-time.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/run",
    summary: "Create the tasks that a phase would create for a task time.",
    role: "operator",
    body: runRequest,
    answer: runAnswer,
    async handle({ body: { at, ...rest }, caller }, { acts }) {
      const request = { ...rest, at: requestedTaskTime("at", at), by: caller.name };
      const tasks = await acts.createTask(request);
      return { tasks: tasks.map(({ recordId, ...task }) => ({ record_id: recordId, ...task })) };
    },
  }),
  route({
    method: "POST",
    path: "/api/send",
    summary: "Put lines on a topic as they are, as if they had come from the bus.",
    role: "operator",
    body: sendRequest,
    answer: sendAnswer,
    async handle({ body: { topic, lines } }, { acts }) {
      await acts.send(topic, lines);
      return { sent: lines.length };
    },
  }),
];
