import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { DomainError } from "../contract/domain-error.ts";

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * The path of a request, also where it was sent with a host, as to a proxy. That host then counts instead of the header
 * (RFC 9112, 3.2.2): else somebody between us and the client might go by the one and we by the other.
 */
export function originForm(request: IncomingMessage): string {
  const { url = "/", headers } = request;
  const [, host, path = ""] = ABSOLUTE.exec(url) ?? [];
  if (host === undefined) return url;
  headers.host = host;
  return path.startsWith("/") ? path : `/${path}`;
}

/** Refuses what a proxy before this server may understand as another request: Node's parser lets these pass. */
export function refuseAmbiguous(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ raw }, reply) => {
    const { rawHeaders, httpVersion, headers } = raw;
    const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
    const coding = headers["transfer-encoding"];
    const reason =
      hosts > 1
        ? "The request has several Host headers."
        : hosts === 0 && httpVersion === "1.1"
          ? "The request has no Host header."
          : coding !== undefined && coding.toLowerCase() !== "chunked"
            ? "The only Transfer-Encoding that is understood is chunked."
            : null;
    if (reason === null) return;
    reply.raw.shouldKeepAlive = false;
    throw new DomainError("malformed", "bad_request", reason);
  });
}
