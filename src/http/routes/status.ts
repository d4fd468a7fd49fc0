import type { FastifyInstance } from "fastify";
import { faults } from "../status-report.ts";
import type { StatusReport } from "../status-report.ts";

/** What the older program answers to a wrong method: no text, and no type of it. */
const OTHER_METHODS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** `GET /status`: `ok`, or 503 and a line for each part that does not work. */
export function statusRoute(app: FastifyInstance, status: () => StatusReport): void {
  app.get("/status", (_request, reply) => {
    const lines = faults(status());
    reply.type("text/plain; charset=utf-8").header("cache-control", "no-store");
    if (lines.length === 0) return reply.send("ok");
    return reply.code(503).send(`${lines.join("\n")}\n`);
  });
  app.route({
    method: OTHER_METHODS,
    url: "/status",
    // Before the body is looked at: whatever it is, the answer is the same.
    onRequest: async (_request, reply) => reply.code(405).header("allow", "GET").send(),
    handler: (_request, reply) => reply,
  });
}
