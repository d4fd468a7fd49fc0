import type { FastifyRequest } from "fastify";
import type { Role } from "../../contract/api/role.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { mayCall } from "./caller.ts";
import type { Gate } from "./identify.ts";

/**
 * A hook before routes of the older program: nothing for pages of other sites, and a login of this role where logins are needed. `viewer`:
 * they only read.
 */
export function legacyGuard(gate: Gate, role: Role): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    gate.admit(request);
    const caller = await gate.identifyLegacy(request);
    if (caller === null || mayCall(caller, role, role === "viewer")) return;
    const name = `${request.method} ${request.routeOptions.url ?? ""}`;
    throw new DomainError("forbidden", "role", `${name} needs the role ${role}; ${caller.name} is ${caller.role}.`);
  };
}
