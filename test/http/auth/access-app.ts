import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { FastifyInstance, FastifyServerFactory } from "fastify";
import { accessControl } from "../../../src/engine/access/access-control.ts";
import { viewControl } from "../../../src/engine/access/view-control.ts";
import { redactor } from "../../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";
import { auditOf } from "../../../src/engine/access/audit.ts";
import { logins, type LoginSettings } from "../../../src/engine/access/logins.ts";
import { Passwords } from "../../../src/engine/access/secrets.ts";
import { buildApp } from "../../../src/http/app.ts";
import { addressList } from "../../../src/http/auth/address-list.ts";
import { rateLimit } from "../../../src/http/auth/rate-limit.ts";
import type { OidcLogins } from "../../../src/http/auth/oidc/oidc-logins.ts";
import { gate } from "../../../src/http/auth/identify.ts";
import { createCounts } from "../../../src/http/metrics.ts";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { checkAnswers } from "../check-answers.ts";
import { EMPTY_COUNTS } from "../empty-counts.ts";
import { BROKER_BUS } from "../idle/idle-bus.ts";
import { idleApi } from "../idle/idle-api.ts";
import { idleLegacy } from "../idle/idle-legacy.ts";
import { rawRequest } from "../legacy/raw-request.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";
export const SETUP_TOKEN = "setup-token";
export const PASSWORD = "correct horse battery";
const WELL = { working: true, reason: null };
const SETTINGS: LoginSettings = {
  required: false,
  isLocal: true,
  sessionIdle: 3_600_000,
  sessionLifetime: 86_400_000,
  setupToken: SETUP_TOKEN,
  groups: new Map(),
};

export interface AccessSettings extends Partial<LoginSettings> {
  readonly perSecond?: number;
  readonly trustedProxies?: readonly string[];
  readonly userHeader?: string;
  readonly allowedHosts?: readonly string[];
  /** Makes the server that `listen` opens. */
  readonly serverFactory?: FastifyServerFactory;
  /** Logins at a provider, by the clock of the rig. */
  readonly oidc?: (now: () => number) => OidcLogins;
}

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** The cookie that the answer sets, as a browser sends it back. */
  readonly cookie: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface AccessApp {
  readonly app: FastifyInstance;
  readonly rig: Rig;
  /** JSON over a real connection; GET without a body. Headers of the caller. */
  readonly call: (name: string, body?: object | null, headers?: Record<string, string>) => Promise<Answered>;
  /** Any body, as it is. */
  readonly send: (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ) => Promise<Answered>;
  /** Adds a user with `PASSWORD`, logs in, and returns the headers of the session. */
  readonly session: (name: string, role: string) => Promise<Record<string, string>>;
}

/** The whole application with its real gate, on the database of a rig; `AS_INSTANCE` is the caller that has the token. */
export async function accessApp(
  t: TestContext,
  {
    perSecond = 0,
    trustedProxies = [],
    userHeader = "",
    allowedHosts = [],
    oidc,
    serverFactory,
    ...settings
  }: AccessSettings = {},
): Promise<AccessApp> {
  const rig = await rigWith(t, phase("a", { cron: "0 5 * * *" }));
  const { context } = rig;
  const access = { ...context, passwords: new Passwords({ ln: 4, p: 1 }) };
  const known = logins(access, { ...SETTINGS, ...settings });
  const app = buildApp({
    ...(serverFactory === undefined ? {} : { serverFactory }),
    metrics: {
      counts: createCounts(),
      sources: {
        version: "0",
        status: () => ({ bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] }),
        counts: async () => EMPTY_COUNTS,
        bus: () => BROKER_BUS,
      },
    },
    gate: gate({
      token: TOKEN,
      allowedHosts,
      logins: known,
      limit: rateLimit(perSecond, () => context.runtime.now()),
      proxy: { userHeader, isProxy: addressList(trustedProxies) },
    }),
    legacy: idleLegacy(),
    api: {
      ...idleApi({ access: accessControl(access), views: viewControl(access) }),
      reads: context.store.reads,
      answers: context.store.answers,
      runtime: context.runtime,
      logins: known,
      oidc: oidc?.(() => context.runtime.now()) ?? null,
      audit: auditOf({ ...context, redact: redactor(DEFAULT_RULES) }),
    },
    allowedHosts,
    trustedProxies,
    log: {
      error: (fields) => {
        throw fields["err"];
      },
    },
  });
  checkAnswers(app);
  t.after(() => app.close());

  async function call(
    name: string,
    body: object | null = null,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const [method = "", url = ""] = name.split(" ");
    const type: Record<string, string> = body === null ? {} : { "content-type": "application/json" };
    return send(method, url, { ...type, ...headers }, body === null ? undefined : JSON.stringify(body));
  }

  async function send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answered> {
    if (!app.server.listening) await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const sent = { host: "localhost", connection: "close", ...length, ...headers };
    const answer = await rawRequest(port, { method, path, headers: sent, ...(body === undefined ? {} : { body }) });
    const cookie = String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
    return { status: answer.status, body: bodyOf(answer.text), cookie, headers: answer.headers };
  }

  return {
    app,
    rig,
    call,
    send,
    session: async (name, role) => {
      await accessControl(access).addUser({ name, role, password: PASSWORD });
      const { cookie } = await call("POST /api/login", { name, password: PASSWORD });
      return { cookie };
    },
  };
}

export const AS_INSTANCE = { authorization: `Bearer ${TOKEN}` };

function bodyOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
