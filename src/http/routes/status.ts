import type { FastifyInstance } from "fastify";
import type { StatusAnswer } from "../../contract/api/instance/status-answer.ts";
import type { Redact } from "../../contract/redact/redact.ts";
import { busAnswer } from "../bus-report.ts";
import { refuseForeign } from "../guard.ts";
import type { MetricSources } from "../metrics.ts";
import { NOTHING_STEERED, reasons } from "../status-report.ts";
import type { StatusReport } from "../status-report.ts";

/**
 * `GET /status`: `ok`, or 503 and a line for each part that does not work. With `verbose=1`: the same status code, and the
 * state of the parts and of each connection of the bus as JSON, but not for the pages of others.
 */
export function statusRoute(
  app: FastifyInstance,
  sources: Pick<MetricSources, "status" | "bus" | "version" | "steering">,
  allowedHosts: readonly string[],
  redact: Pick<Redact, "text" | "all">,
): void {
  app.get<{ Querystring: { verbose?: unknown } }>("/status", (request, reply) => {
    if (request.query.verbose === "1") refuseForeign(request, allowedHosts);
    const report = sources.status();
    const lines = reasons(report);
    reply.code(lines.length === 0 ? 200 : 503).header("cache-control", "no-store");
    if (request.query.verbose === "1") return reply.send(redact.all(verboseAnswer(report, sources)));
    reply.type("text/plain; charset=utf-8");
    return reply.send(lines.length === 0 ? "ok" : redact.text(`${lines.join("\n")}\n`));
  });
}

function verboseAnswer(
  report: StatusReport,
  sources: Pick<MetricSources, "bus" | "version" | "steering">,
): StatusAnswer {
  const status = reasons(report).length === 0 ? "ok" : "failing";
  const { paused, needs_restart: keys, ...steering } = sources.steering?.() ?? NOTHING_STEERED;
  return {
    status,
    version: sources.version,
    ...report,
    paused: [...paused],
    needs_restart: [...keys],
    ...steering,
    ...busAnswer(sources.bus()),
  };
}
