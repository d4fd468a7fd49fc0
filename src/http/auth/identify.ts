import type { FastifyRequest } from "fastify";
import { ADMIN, grantsText } from "../../contract/api/access/grants.ts";
import { LONGEST_PERSON, USER_HEADER } from "../../contract/api/from-person.ts";
import { DomainError } from "../../contract/domain-error.ts";
import type { Logins } from "../../engine/access/logins.ts";
import { isSameSecret } from "../../engine/access/secrets.ts";
import { refuseForeign } from "../guard.ts";
import { type Caller, storedGrants } from "./caller.ts";
import { sessionToken } from "./cookie.ts";
import type { RateLimit } from "./rate-limit.ts";

/** What a proxy adds to a request that it passes on. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-real-ip", "via"] as const;

export interface GateOptions {
  /** Of this instance, in a file that only its owner reads; at least 32 characters. */
  readonly token: string;
  readonly allowedHosts: readonly string[];
  readonly logins: Pick<Logins, "state" | "isRequired" | "bySession" | "byKey" | "byName">;
  readonly limit: RateLimit;
  readonly proxy: ProxyLogin;
}

/** A reverse proxy that people have logged in to. */
export interface ProxyLogin {
  /** The header with the user, in lower case; empty: none is believed. */
  readonly userHeader: string;
  /** Whether a connection from this address is one of the proxy. */
  readonly isProxy: (address: string) => boolean;
}

/** Stands before the routes. */
export interface Gate {
  /**
   * Throws DomainError when a page of another site may make a browser send this request. `isLinked`: such a page may lead the browser
   * there, and no more.
   */
  admit(request: FastifyRequest, isLinked?: boolean): void;
  /** Of a route for anyone. Throws TooManyError. */
  admitAnyone(request: FastifyRequest): void;
  /** Who sends an admitted request. Throws DomainError when nobody knows. */
  identify(request: FastifyRequest): Promise<Caller>;
  /** Whether an admitted request would be of the same caller now, who may do the same: of one that goes on for long. It is no use of a login. */
  isStill(request: FastifyRequest, caller: Caller): Promise<boolean>;
  /** Of a route of the older program, which knew no callers: null while there is no user, and no login asked for. */
  identifyLegacy(request: FastifyRequest): Promise<Caller | null>;
}

export function gate({ token, allowedHosts, logins, limit, proxy }: GateOptions): Gate {
  async function find(request: FastifyRequest, isUse: boolean): Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return byBearer(authorization, request, isUse);
    const byProxy = await callerOfProxy(request);
    if (byProxy !== null) return byProxy;
    const cookie = sessionToken(request);
    const session = cookie === null ? null : await logins.bySession(cookie, isUse);
    if (session !== null) return { name: session.user, grants: storedGrants(session.role), via: "session" };
    const state = await logins.state();
    const isProxied = PROXY_HEADERS.some((name) => request.headers[name] !== undefined);
    if (state === "open" && !isProxied) return { name: "anyone on this machine", grants: ADMIN, via: "loopback" };
    throw loginNeeded(cookie !== null, isProxied && state === "open", state === "setup");
  }

  async function byBearer(authorization: string, request: FastifyRequest, isUse: boolean): Promise<Caller> {
    const secret = /^Bearer (.+)$/i.exec(authorization)?.[1] ?? "";
    if (isSameSecret(secret, token)) return { name: userOf(request.headers[USER_HEADER]), grants: ADMIN, via: "token" };
    const key = await logins.byKey(secret, request.ip, isUse);
    if (key !== null) return { name: `key ${key.name}`, grants: storedGrants(key.role), via: "key" };
    throw new DomainError(
      "unauthenticated",
      "bad_key",
      "The key is unknown, revoked or expired; an admin makes another with flowlord keys add.",
    );
  }

  /** The proxy removes the header from what people send, so only what comes from its address is believed. */
  async function callerOfProxy(request: FastifyRequest): Promise<Caller | null> {
    const { userHeader, isProxy } = proxy;
    const name = userHeader === "" ? undefined : request.headers[userHeader];
    if (name === undefined || !isProxy(request.socket.remoteAddress ?? "")) return null;
    const user = typeof name === "string" ? await logins.byName(name) : null;
    if (user === null)
      throw new DomainError(
        "unauthenticated",
        "unknown_proxy_user",
        "The proxy names somebody who is no user here, or a disabled one: an admin adds users with flowlord users add.",
      );
    return { name: user.name, grants: storedGrants(user.role), via: "proxy" };
  }

  async function identify(request: FastifyRequest): Promise<Caller> {
    const caller = await find(request, true).catch((error: unknown) => {
      limit.unknown(request);
      throw error;
    });
    limit.known(request, caller);
    return caller;
  }

  return {
    admit: (request, isLinked = false) => refuseForeign(request, allowedHosts, isLinked),
    admitAnyone: (request) => limit.unknown(request),
    identify: async (request) => {
      const caller = await identify(request);
      // What a browser adds by itself must not be of use to a form, which can send no JSON.
      if (caller.via !== "key" && caller.via !== "token") refuseForms(request);
      return caller;
    },
    isStill: async (request, { name, via, grants }) => {
      const now = await find(request, false).catch((error: unknown) => {
        if (error instanceof DomainError) return null;
        throw error;
      });
      return now !== null && now.name === name && now.via === via && grantsText(now.grants) === grantsText(grants);
    },
    identifyLegacy: async (request) => {
      if (await logins.isRequired()) return identify(request);
      limit.known(request, null);
      return null;
    },
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
