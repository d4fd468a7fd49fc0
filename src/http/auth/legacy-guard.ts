import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Role } from "../../contract/api/access/role.ts";
import type { Audit } from "../../engine/access/audit.ts";
import { admitCaller, type Caller } from "./caller.ts";
import type { Gate } from "./identify.ts";

/** Puts `legacyGuard` before the routes of the scope, for operators; each of their effects is in the audit log. */
export function guardEffects(scope: FastifyInstance, gate: Gate, audit: Audit): void {
  const callers = new WeakMap<FastifyRequest, Caller | null>();
  scope.addHook("onRequest", async (request) => {
    callers.set(request, await admitted(request, gate, "operator"));
  });
  // What was refused changed nothing; a dry run is told from others by what it asked for.
  scope.addHook("onSend", async (request, reply) => {
    if (reply.statusCode >= 400) return;
    const { name: who, via } = callers.get(request) ?? { name: "anyone", via: "none" };
    const where = { address: request.ip, requestId: request.id, act: nameOf(request), target: request.url };
    await audit({ who, via, ...where, outcome: "done", after: request.body ?? undefined });
  });
}

/**
 * A hook before routes of the older program: nothing for pages of other sites, and a login of this role where logins are needed. `viewer`:
 * they only read.
 */
export function legacyGuard(gate: Gate, role: Role): (request: FastifyRequest) => Promise<void> {
  return async (request) => void (await admitted(request, gate, role));
}

/** Null: callers need not be known. */
async function admitted(request: FastifyRequest, gate: Gate, role: Role): Promise<Caller | null> {
  gate.admit(request);
  const caller = await gate.identifyLegacy(request);
  // They know no scopes.
  if (caller !== null) admitCaller(caller, { role }, nameOf(request));
  return caller;
}

function nameOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? ""}`;
}
