import type { OutgoingHttpHeaders } from "node:http";
import { eventsQuery } from "../../contract/api/instance/events-api.ts";
import { route } from "../api/route.ts";
import { EVENT_HEADERS, outputTo } from "../events/event-output.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/events",
    summary: "What changes, as it happens: server-sent events.",
    role: "viewer",
    scope: "rows",
    query: eventsQuery,
    answer: null,
    produces: "text/event-stream",
    handle({ query: { last_event_id: asked, ...filter }, scope, isStill, request, reply }, { live }) {
      if (request.method === "HEAD") return reply.headers(EVENT_HEADERS).send();
      const header = request.headers["last-event-id"];
      const lastId = (Array.isArray(header) ? header[0] : header) ?? asked ?? null;
      const { raw } = reply;
      const output = outputTo(raw, reply.headers(EVENT_HEADERS).getHeaders() as OutgoingHttpHeaders);
      const stop = live.listen({ ...filter, scope }, lastId, output, isStill);
      reply.hijack();
      if (raw.closed) stop();
      else raw.once("close", stop);
      return reply;
    },
  }),
];
