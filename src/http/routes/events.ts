import type { ServerResponse } from "node:http";
import { eventsQuery } from "../../contract/api/events-api.ts";
import { route } from "../api/route.ts";
import type { EventOutput } from "../events/live-events.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // What comes after it comes over another connection.
  connection: "close",
  // Reverse proxies would otherwise wait for more before they pass it on.
  "x-accel-buffering": "no",
};

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/events",
    summary: "What changes, as it happens: server-sent events.",
    role: "viewer",
    query: eventsQuery,
    answer: null,
    produces: "text/event-stream",
    handle({ query: { last_event_id: asked, ...filter }, request, reply }, { live }) {
      if (request.method === "HEAD") return reply.headers(HEADERS).send();
      const header = request.headers["last-event-id"];
      const lastId = (Array.isArray(header) ? header[0] : header) ?? asked ?? null;
      const { raw } = reply;
      const output = outputTo(raw);
      const stop = live.listen(filter, lastId, output);
      reply.hijack();
      if (raw.closed) stop();
      else raw.once("close", stop);
      return reply;
    },
  }),
];

function outputTo(raw: ServerResponse): EventOutput {
  return {
    write: (text) => {
      if (!raw.headersSent) raw.writeHead(200, HEADERS);
      raw.write(text);
    },
    get backlog() {
      return raw.writableLength;
    },
    end: () => {
      const isStuck = raw.writableLength > 0;
      raw.end();
      if (isStuck) raw.destroy();
    },
  };
}
