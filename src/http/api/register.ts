import type { FastifyInstance, FastifyRequest } from "fastify";
import { DomainError } from "../../contract/domain-error.ts";
import type { Scope } from "../../contract/api/access/scope.ts";
import { admitCaller, type Caller, NOBODY } from "../auth/caller.ts";
import type { Gate } from "../auth/identify.ts";
import { formAnswer } from "./answer-form.ts";
import { refuseEncoded } from "./body-shape.ts";
import type { ApiDeps } from "./deps.ts";
import { doOnce, REPLAYED } from "./idempotency.ts";
import { ROUTE_GROUPS, type RouteGroup } from "./groups.ts";
import type { AuditEntry } from "../../engine/access/audit.ts";
import { type Call, isRead, readCall, type Route, routeName, type Trail } from "./route.ts";

export interface ApiOptions {
  readonly deps: ApiDeps;
  readonly gate: Pick<Gate, "admit" | "admitAnyone" | "identify" | "isStill">;
}

/**
 * Adds everything below `/api/`. The modules of the routes, with their schemas, are loaded by the first request for one of
 * them: an API that nobody calls costs a start nothing.
 */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  for (const group of ROUTE_GROUPS) {
    const load = loaderOf(group);
    for (const name of group.routes) registerRoute(app, name, group, load, options);
  }
}

function registerRoute(
  app: FastifyInstance,
  name: string,
  { bodyLimit }: RouteGroup,
  load: (name: string) => Promise<Route>,
  { deps, gate }: ApiOptions,
): void {
  const [method = "", path = ""] = name.split(" ");
  const callers = new WeakMap<FastifyRequest, { readonly caller: Caller; readonly scope: Scope | null }>();
  app.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    // Before the body is read.
    onRequest: async (request) => {
      const route = await load(name);
      gate.admit(request, route.linked);
      refuseEncoded(request);
      const { role } = route;
      if (role === "anyone") gate.admitAnyone(request);
      const caller = role === "anyone" ? NOBODY : await gate.identify(request);
      callers.set(request, { caller, scope: admitCaller(caller, route, name) });
    },
    onSend: async (request, reply, payload) => {
      const rarelyChanges = reply.statusCode === 200 && (await load(name)).rarelyChanges === true;
      return formAnswer(request, reply, payload, rarelyChanges);
    },
    handler: async (request, reply) => {
      const route = await load(name);
      const known = callers.get(request);
      if (known === undefined) throw new Error(`nobody checked who calls ${name}`);
      const trail: Trail = {};
      const { caller, scope } = known;
      const isStill = (): Promise<boolean> => gate.isStill(request, caller);
      const call = { ...readCall(route, request), caller, scope, isStill, request, reply, trail };
      const audit = (outcome: "done" | "refused"): Promise<void> =>
        deps.audit(entryOf(name, call, { outcome, ...trail }));
      const handle = async (): Promise<unknown> => {
        if (route.creates !== true) return route.handle(call, deps);
        const keyed = {
          caller: caller.name,
          route: `${method} ${request.url}`,
          request,
          reply,
          now: deps.runtime.now(),
        };
        return doOnce(keyed, deps.answers, async () => route.handle(call, deps));
      };
      const answer = await handle().catch(async (error: unknown) => {
        const isLogin = route.role === "anyone" && error instanceof DomainError;
        if (isLogin && (error.kind === "unauthenticated" || error.kind === "forbidden")) await audit("refused");
        throw error;
      });
      const isRepeated = reply.hasHeader(REPLAYED);
      if (!isRead(route) && !isRepeated) await audit("done");
      if (route.answer === null) return reply;
      reply.code(route.status ?? 200).header("cache-control", "no-store");
      return route.unredacted === true ? answer : deps.redact.all(answer);
    },
  });
}

function entryOf(
  act: string,
  { caller, request, body }: Call<unknown, unknown, unknown>,
  { outcome, who, target, before, after }: Trail & Pick<AuditEntry, "outcome">,
): AuditEntry {
  return {
    who: who ?? caller.name,
    via: caller === NOBODY ? "none" : caller.via,
    address: request.ip,
    requestId: request.id,
    act,
    target: target ?? request.url,
    outcome,
    before,
    after: after ?? body,
  };
}

/** A module that could not be loaded is tried again by the next request. */
function loaderOf(group: RouteGroup): (name: string) => Promise<Route> {
  let loading: Promise<ReadonlyMap<string, Route>> | null = null;

  async function loadAll(): Promise<ReadonlyMap<string, Route>> {
    const { ROUTES } = await group.load();
    return new Map(ROUTES.map((route) => [routeName(route), route]));
  }

  return async (name) => {
    loading ??= loadAll().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    const found = (await loading).get(name);
    if (found === undefined) throw new Error(`${name} is in the list of routes, and not in its module`);
    return found;
  };
}
