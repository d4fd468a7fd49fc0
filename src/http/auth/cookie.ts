import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * The name of a cookie. Over TLS it begins with `__Host-`, so that a browser takes it from this host alone; browsers refuse
 * that prefix on plain HTTP, where the same name goes without it.
 */
function cookieName(name: string, isSecure: boolean): string {
  return isSecure ? `__Host-${name}` : name;
}

const SESSION = "flowlord";
/** Of a login that goes on at a provider. */
const LOGIN = "flowlord-login";

/** The token that the request carries; null: none, or several, of which one may be planted. */
export function sessionToken(request: FastifyRequest): string | null {
  return valueOf(request, cookieName(SESSION, isSecure(request)), 100);
}

/** `token` null: the browser forgets it. It lives as long as the browser runs: how long a session lasts, the server decides. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string | null): void {
  const age = token === null ? "; Max-Age=0" : "";
  setCookie(reply, SESSION, isSecure(request), `${token ?? ""}; Path=/; HttpOnly; SameSite=Strict`, age);
}

/** What a browser carries through a login at a provider; null: nothing, or more than one. */
export function loginCookie(request: FastifyRequest, isTls: boolean): string | null {
  return valueOf(request, cookieName(LOGIN, isTls), 4000);
}

/** `Lax`: the browser comes back from the site of the provider, and then a strict cookie stays at home. Null: it forgets it. */
export function setLoginCookie(reply: FastifyReply, isTls: boolean, sealed: string | null, seconds: number): void {
  const age = `; Max-Age=${sealed === null ? 0 : seconds}`;
  setCookie(reply, LOGIN, isTls, `${sealed ?? ""}; Path=/; HttpOnly; SameSite=Lax`, age);
}

function isSecure({ protocol }: FastifyRequest): boolean {
  return protocol === "https";
}

function valueOf(request: FastifyRequest, name: string, longest: number): string | null {
  const found = (request.headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  const [one = "", ...others] = found;
  const value = one.slice(name.length + 1);
  return others.length === 0 && value.length <= longest && /^[\w-]+$/.test(value) ? value : null;
}

/** Fastify collects several of one answer. */
function setCookie(reply: FastifyReply, name: string, isTls: boolean, value: string, age: string): void {
  reply.header("set-cookie", `${cookieName(name, isTls)}=${value}${isTls ? "; Secure" : ""}${age}`);
}
