import Fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { handleErrors } from "./errors.ts";
import type { ErrorLog } from "./errors.ts";
import { mountApi } from "./lazy-api.ts";
import type { Metrics } from "./metrics.ts";
import { NO_COMPILERS } from "./no-compilers.ts";
import type { InstanceControl } from "./routes/instance.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { statusRoute } from "./routes/status.ts";

export interface AppDeps {
  readonly metrics: Metrics;
  /** Null: the command line cannot reach this instance. */
  readonly instance: InstanceControl | null;
  /** Host names that the API accepts besides those of loopback, in lower case and without port. */
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
  handleErrors(app, deps.log);
  statusRoute(app, deps.metrics.sources);
  metricsRoute(app, deps.metrics);
  const { instance, allowedHosts, log } = deps;
  if (instance !== null) {
    mountApi(app, async () => {
      const { buildApi } = await import("./api.ts");
      return buildApi({ instance, allowedHosts, log });
    });
  }
  return app;
}
