import type { FastifyInstance } from "fastify";

/**
 * What browsers are told about every answer. Without `upgrade-insecure-requests`, which would break an instance on plain HTTP;
 * pages have their scripts and styles in files, so nothing inline is allowed.
 */
const HEADERS = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Over TLS a browser comes back over TLS alone, for so many seconds. */
const HSTS = "max-age=15552000";

export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    if (request.protocol === "https") reply.header("strict-transport-security", HSTS);
  });
}
