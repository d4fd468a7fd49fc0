import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * The cookie with the token of a session. Over TLS its name begins with `__Host-`, so that a browser takes it from this host
 * alone; browsers refuse that prefix on plain HTTP, where the same name goes without it.
 */
function cookieName({ protocol }: FastifyRequest): string {
  return protocol === "https" ? "__Host-flowlord" : "flowlord";
}

/** The token that the request carries; null: none, or several, of which one may be planted. */
export function sessionToken(request: FastifyRequest): string | null {
  const name = `${cookieName(request)}=`;
  const found = (request.headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(name));
  const [one = "", ...others] = found;
  const token = one.slice(name.length);
  return others.length === 0 && /^[\w-]{1,100}$/.test(token) ? token : null;
}

/** `token` null: the browser forgets it. It lives as long as the browser runs: how long a session lasts, the server decides. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string | null): void {
  const secure = request.protocol === "https" ? "; Secure" : "";
  const value = token === null ? "; Max-Age=0" : "";
  reply.header(
    "set-cookie",
    `${cookieName(request)}=${token ?? ""}; Path=/; HttpOnly; SameSite=Strict${secure}${value}`,
  );
}
