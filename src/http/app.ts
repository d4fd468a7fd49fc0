import Fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { leaveRefusedBodies, limitConnections } from "./connection-limits.ts";
import { handleErrors } from "./errors.ts";
import type { ErrorLog } from "./errors.ts";
import { mountApi } from "./lazy-api.ts";
import type { Metrics } from "./metrics.ts";
import { NO_COMPILERS } from "./no-compilers.ts";
import { backloadRoute } from "./routes/backload.ts";
import type { InstanceControl } from "./routes/instance.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { statusRoute } from "./routes/status.ts";

export interface AppDeps {
  readonly metrics: Metrics;
  /** Null: the command line cannot reach this instance. */
  readonly instance: InstanceControl | null;
  /** Host names that all but plain `/status` accepts besides those of loopback, in lower case and without port. */
  readonly allowedHosts: readonly string[];
  readonly log: ErrorLog;
}

/** The complete HTTP application, without a port: the caller listens, or injects requests. */
export function buildApp(deps: AppDeps): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
    schemaController: NO_COMPILERS,
  });
  const { instance, allowedHosts, log } = deps;
  limitConnections(app);
  leaveRefusedBodies(app);
  handleErrors(app, log);
  statusRoute(app, deps.metrics.sources, allowedHosts);
  metricsRoute(app, deps.metrics, allowedHosts);
  if (instance !== null) {
    backloadRoute(app, (body) => instance.backload(body), allowedHosts);
    mountApi(app, async () => {
      const { buildApi } = await import("./api.ts");
      return buildApi({ instance, allowedHosts, log });
    });
  }
  return app;
}
