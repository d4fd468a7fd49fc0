import type { FastifyRequest } from "fastify";
import { DomainError } from "../contract/domain-error.ts";

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Refuses requests that a foreign page could make a browser send: those to a foreign name that resolves to this machine
 * (by the Host header), and those across sites (by Origin and Sec-Fetch-Site).
 */
export function refuseForeign(request: FastifyRequest, allowedHosts: readonly string[], isLinked = false): void {
  refuseForeignHost(request, allowedHosts);
  // The browser shows the answer, and the page that led to it never sees it.
  if (isLinked && [undefined, "navigate"].includes(request.headers["sec-fetch-mode"])) return;
  const host = request.headers.host ?? "";
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new DomainError("forbidden", "cross_site", "Requests from pages of other sites are refused.");
  }
  const { origin } = request.headers;
  // A proxy with TLS before a server without may not say so: then a page over TLS is ours too. One over plain HTTP never is over TLS.
  const isOwnOrigin = origin === `https://${host}` || (origin === `http://${host}` && request.protocol !== "https");
  if (origin !== undefined && !isOwnOrigin) {
    throw new DomainError("forbidden", "cross_site", "Requests from pages of other origins are refused.");
  }
}

/** The first half of this: for an address that others may link to. */
export function refuseForeignHost(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const host = request.headers.host ?? "";
  const name = host.replace(/:\d+$/, "").toLowerCase();
  // The address that the client connected to cannot be a name that somebody else lets point here.
  const address = request.socket.localAddress ?? "";
  const isOwn = name === address.replace(/^::ffff:/, "") || name === `[${address}]`;
  if (!isOwn && !LOOPBACK.includes(name) && !allowedHosts.includes(name)) {
    const hint = "set `host` to it if it is a name of this machine";
    throw new DomainError(
      "forbidden",
      "host_refused",
      `This instance does not accept the host name "${name}": ${hint}.`,
    );
  }
}
