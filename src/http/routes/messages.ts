import { sendAnswer, sendRequest } from "../../contract/api/instance-api.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
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
