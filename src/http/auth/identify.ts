import type { FastifyRequest } from "fastify";
import { LONGEST_PERSON, USER_HEADER } from "../../contract/api/from-person.ts";
import { DomainError } from "../../contract/domain-error.ts";
import type { Logins } from "../../engine/access/logins.ts";
import { isSameSecret } from "../../engine/access/secrets.ts";
import { refuseForeign } from "../guard.ts";
import type { Caller } from "./caller.ts";
import { sessionToken } from "./cookie.ts";

/** What a proxy adds to a request that it passes on. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-real-ip", "via"] as const;

export interface GateOptions {
  /** Of this instance, in a file that only its owner reads; at least 32 characters. */
  readonly token: string;
  readonly allowedHosts: readonly string[];
  readonly logins: Pick<Logins, "state" | "isRequired" | "bySession" | "byKey">;
}

/** Stands before the routes. */
export interface Gate {
  /** Throws DomainError when a page of another site may make a browser send this request. */
  admit(request: FastifyRequest): void;
  /** Who sends an admitted request. Throws DomainError when nobody knows. */
  identify(request: FastifyRequest): Promise<Caller>;
  /** Of a route of the older program, which knew no callers: null while there is no user, and no login asked for. */
  identifyLegacy(request: FastifyRequest): Promise<Caller | null>;
}

export function gate({ token, allowedHosts, logins }: GateOptions): Gate {
  async function identify(request: FastifyRequest): Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return byBearer(authorization, request);
    const cookie = sessionToken(request);
    const session = cookie === null ? null : await logins.bySession(cookie);
    if (session !== null) return { name: session.user, role: session.role, via: "session" };
    const state = await logins.state();
    const isProxied = PROXY_HEADERS.some((name) => request.headers[name] !== undefined);
    if (state === "open" && !isProxied) return { name: "anyone on this machine", role: "admin", via: "loopback" };
    throw loginNeeded(cookie !== null, isProxied && state === "open", state === "setup");
  }

  async function byBearer(authorization: string, request: FastifyRequest): Promise<Caller> {
    const secret = /^Bearer (.+)$/i.exec(authorization)?.[1] ?? "";
    if (isSameSecret(secret, token)) return { name: userOf(request.headers[USER_HEADER]), role: "admin", via: "token" };
    const key = await logins.byKey(secret);
    if (key !== null) return { name: `key ${key.name}`, role: key.role, via: "key" };
    throw new DomainError(
      "unauthenticated",
      "bad_key",
      "The key is unknown, revoked or expired; an admin makes another with flowlord keys add.",
    );
  }

  return {
    admit: (request) => refuseForeign(request, allowedHosts),
    identify: async (request) => {
      const caller = await identify(request);
      // What a browser adds by itself must not be of use to a form, which can send no JSON.
      if (caller.via === "session" || caller.via === "loopback") refuseForms(request);
      return caller;
    },
    identifyLegacy: async (request) => ((await logins.isRequired()) ? identify(request) : null),
  };
}

function refuseForms({ method, headers }: FastifyRequest): void {
  if (method !== "POST") return;
  if (/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headers["content-type"] ?? "")) return;
  throw new DomainError(
    "unsupported",
    "json_only",
    "Send JSON, with the header Content-Type: application/json; {} where a route asks for nothing.",
  );
}

function loginNeeded(hadSession: boolean, isProxied: boolean, isSetup: boolean): DomainError {
  const how = isSetup
    ? "there is no user yet: make the first with flowlord users add, or with the setup token that the start has printed"
    : isProxied
      ? "it came through a proxy, and without users only this machine itself is known: make one with flowlord users add"
      : "log in, or send a key as Authorization: Bearer";
  if (hadSession) return new DomainError("unauthenticated", "session_over", `The session is over: ${how}.`);
  return new DomainError("unauthenticated", "login_needed", `Nobody knows who sends this request: ${how}.`);
}

function userOf(header: string | string[] | undefined): string {
  const [text = ""] = [header ?? ""].flat();
  const name = decoded(text);
  return name === "" ? "command line" : name.slice(0, LONGEST_PERSON);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded: another program than our command line sends it.
    return text;
  }
}
