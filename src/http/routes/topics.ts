import { publishAnswer, publishRequest, topicParams } from "../../contract/api/topic-api.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/topics/{topic}/messages",
    summary: "Put messages on a topic as they are, as if they had come from the bus.",
    creates: true,
    role: "operator",
    params: topicParams,
    body: publishRequest,
    answer: publishAnswer,
    async handle({ params: { topic }, body: { messages, reason }, caller }, { acts }) {
      await acts.send(topic, messages, { by: caller.name, reason });
      return { sent: messages.length };
    },
  }),
];
