import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { HttpError } from "./errors.ts";

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Refuses requests that a foreign page could make a browser send: those to a foreign name that resolves to this machine
 * (by the Host header), and those across sites (by Origin and Sec-Fetch-Site).
 */
export function refuseForeign(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const host = request.headers.host ?? "";
  const name = host.replace(/:\d+$/, "").toLowerCase();
  // The address that the client connected to cannot be a name that somebody else lets point here.
  const address = request.socket.localAddress ?? "";
  const isOwn = name === address.replace(/^::ffff:/, "") || name === `[${address}]`;
  if (!isOwn && !LOOPBACK.includes(name) && !allowedHosts.includes(name)) {
    const hint = "set `host` to it if it is a name of this machine";
    throw new HttpError(403, "host_refused", `This instance does not accept the host name "${name}": ${hint}.`);
  }
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new HttpError(403, "cross_site", "Requests from pages of other sites are refused.");
  }
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new HttpError(403, "cross_site", "Requests from pages of other origins are refused.");
  }
}

/** Compares digests, so that the duration reveals nothing about the token, not even its length. */
export function requireToken(request: FastifyRequest, token: string): void {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (!timingSafeEqual(digest(bearer), digest(token))) {
    throw new HttpError(
      401,
      "token_needed",
      "The token of the running instance is needed: it is in a file beside its database.",
    );
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
