import { type Grants, grantsText, includes, parseGrants, scopeOf } from "../../contract/api/access/grants.ts";
import type { Role } from "../../contract/api/access/role.ts";
import type { Scope } from "../../contract/api/access/scope.ts";
import { DomainError } from "../../contract/domain-error.ts";

/** What a route needs of its caller; `known`: any role, `anyone`: nothing, not even a login. */
export type Need = Role | "known" | "anyone";

/**
 * How a route holds the scope of its caller. `rows`: it has only what is in it. `named`: what it names must be in it, and else is as if it
 * did not exist. `free`: it says nothing of workflows and tasks.
 */
export type HoldsScope = "rows" | "named" | "free";

/** What is asked of who calls a route. */
export interface Guarded {
  readonly role: Need;
  /** It only reads records, so an auditor may read it too. */
  readonly records?: true;
  /** Without it, it is about the whole instance: who has only a part may not call it. */
  readonly scope?: HoldsScope;
}

/** Who sends a request, as its login, key or token says; never as its body says. */
export interface Caller {
  /** As decisions and the history show it. */
  readonly name: string;
  readonly grants: Grants;
  readonly via: "session" | "key" | "proxy" | "token" | "loopback";
}

/** Who calls a route for anyone. */
export const NOBODY: Caller = { name: "nobody", grants: [], via: "loopback" };

/** Of a stored text. One that cannot be read allows nothing: who wrote it meant something that is not known here. */
export function storedGrants(role: string): Grants {
  try {
    return parseGrants(role);
  } catch {
    // It is in the lists of users and keys as it is.
    return [];
  }
}

/** To what the caller's grants for the route reach; null: everything, undefined: it may not call the route. */
export function reachOf(
  { grants }: Pick<Caller, "grants">,
  { role: need, records }: Guarded,
): Scope | null | undefined {
  if (need === "anyone" || need === "known") return null;
  return scopeOf(grants, (role) => includes(role, need) || (role === "auditor" && records === true));
}

/** The same for a route of this name; it is refused where the route does not hold it. Throws DomainError. */
export function admitCaller(caller: Caller, guarded: Guarded, name: string): Scope | null {
  const reach = reachOf(caller, guarded);
  if (reach === undefined) {
    const may = caller.grants.length === 0 ? "may do nothing" : `is ${grantsText(caller.grants)}`;
    throw new DomainError("forbidden", "role", `${name} needs the role ${guarded.role}; ${caller.name} ${may}.`);
  }
  if (reach !== null && guarded.scope === undefined)
    throw new DomainError(
      "forbidden",
      "out_of_scope",
      `${name} is about the whole instance; ${caller.name} is ${grantsText(caller.grants)}.`,
    );
  return reach;
}
