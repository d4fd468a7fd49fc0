import { randomUUID } from "node:crypto";
import Fastify from "fastify";
import type { FastifyInstance, FastifyServerFactory } from "fastify";
import { LONGEST_NAME } from "../contract/limits.ts";
import type { ApiDeps } from "./api/deps.ts";
import { registerApi } from "./api/register.ts";
import type { Gate } from "./auth/identify.ts";
import { leaveRefusedBodies, limitConnections } from "./connection-limits.ts";
import { handleErrors, refuseBadUrl, refuseUnreadable } from "./errors.ts";
import type { ErrorLog } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
import { refuseOtherMethods } from "./legacy/other-methods.ts";
import { legacyRoutes } from "./legacy/routes.ts";
import { pageRoutes } from "./pages/pages.ts";
import type { LegacyControl } from "../engine/legacy/legacy-control.ts";
import { backloadRoute } from "./routes/backload.ts";
import { originForm, refuseAmbiguous } from "./request-form.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { statusRoute } from "./routes/status.ts";

export interface AppDeps {
  readonly metrics: Metrics;
  readonly api: ApiDeps;
  readonly gate: Gate;
  /** What the older program answered. */
  readonly legacy: LegacyControl;
  /** Host names that all but plain `/status` accepts besides those of loopback, in lower case and without port. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  readonly trustedProxies?: readonly string[];
  /** Makes the server that speaks TLS; without it plain HTTP. */
  readonly serverFactory?: FastifyServerFactory;
  readonly log: ErrorLog;
}

/**
 * Fastify loads a validator and a serializer of its own, a hundred files, unless factories for them are configured. Routes
 * here check by their own schemas.
 */
const NO_COMPILERS = { compilersFactory: { buildValidator: () => refuse, buildSerializer: () => refuse } };

/** Of the router: a name in an address may be as long as names are, each character percent-encoded. */
export const ROUTER = { maxParamLength: (2 * LONGEST_NAME + 1) * "%F0%9F%A6%80".length };

function refuse(): never {
  throw new Error("a route has a Fastify schema: give it to route() instead");
}

/** The complete HTTP application, without a port: the caller listens, or injects requests. */
export function buildApp({
  metrics,
  api,
  gate,
  legacy,
  allowedHosts,
  trustedProxies = [],
  serverFactory,
  log,
}: AppDeps): FastifyInstance {
  const { redact } = api;
  const app = Fastify({
    ...(serverFactory === undefined ? {} : { serverFactory }),
    logger: false,
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
    // Of the address and the scheme: whom to believe is configured, or nobody.
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Of one request alone, also after a restart: the audit log names it.
    genReqId: () => randomUUID(),
    schemaController: NO_COMPILERS,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, request, reply) => void refuseBadUrl(error, request, reply, redact),
    routerOptions: ROUTER,
    rewriteUrl: originForm,
    // Missing, it is refused as everything else.
    http: { requireHostHeader: false },
  });
  // A browser sends plain text across sites without a preflight request.
  app.removeContentTypeParser("text/plain");
  limitConnections(app);
  addSecurityHeaders(app);
  refuseAmbiguous(app);
  leaveRefusedBodies(app);
  refuseOtherMethods(app);
  handleErrors(app, log, redact);
  statusRoute(app, metrics.sources, allowedHosts, redact);
  metricsRoute(app, metrics, allowedHosts, redact);
  backloadRoute(app, (body) => legacy.backload(body), { gate, audit: api.audit, redact });
  legacyRoutes(app, { legacy, now: () => api.runtime.now(), gate, audit: api.audit, redact, allowedHosts });
  pageRoutes(app, allowedHosts);
  registerApi(app, { deps: api, gate });
  return app;
}
