import type { FastifyInstance } from "fastify";
import type { Metrics } from "../metrics.ts";

/** `GET /metrics`, in the text format of Prometheus. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get("/metrics", async (_request, reply) => {
    // Loaded by the first scrape: an instance without scrapes uses 20 MB less.
    const { metricsText } = await import("../metrics-text.ts");
    const { contentType, text } = await metricsText(metrics);
    return reply.type(contentType).header("cache-control", "no-store").send(text);
  });
}
