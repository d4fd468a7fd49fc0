import { useQuery } from "@tanstack/react-query";
import { type Grants, includes, parseGrants, scopeOf } from "../../src/contract/api/access/grants.ts";
import type { Role } from "../../src/contract/api/access/role.ts";
import { isInScope, type Scoped } from "../../src/contract/api/access/scope.ts";
import { meQuery } from "./queries.ts";

/**
 * Whether who looks may do what this role may. `of`: to this task, phase or file; without it: to anything at all;
 * `everything`: to all of the instance, as its settings are. False until it is known.
 */
export function useMay(role: Role, of?: Scoped | "everything"): boolean {
  const { data } = useQuery(meQuery);
  return data !== undefined && may(parseGrants(data.role), role, of);
}

export function may(grants: Grants, role: Role, of?: Scoped | "everything"): boolean {
  const scope = scopeOf(grants, (own) => includes(own, role));
  if (scope === undefined) return false;
  if (of === undefined) return true;
  return of === "everything" ? scope === null : isInScope(scope, of);
}
