import type { FastifyInstance } from "fastify";
import type { Redact } from "../../contract/redact/redact.ts";
import { refuseForeign } from "../guard.ts";
import type { Metrics } from "../metrics.ts";

/** `GET /metrics`, in the text format of Prometheus. Not for the pages of others: it names topics and files. */
export function metricsRoute(
  app: FastifyInstance,
  metrics: Metrics,
  allowedHosts: readonly string[],
  redact: Pick<Redact, "text">,
): void {
  app.get("/metrics", async (request, reply) => {
    refuseForeign(request, allowedHosts);
    // Loaded by the first scrape: an instance without scrapes needs none of it.
    const { metricsText } = await import("../metrics-text.ts");
    const { contentType, text } = await metricsText(metrics);
    return reply.type(contentType).header("cache-control", "no-store").send(redact.text(text));
  });
}
