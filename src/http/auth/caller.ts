import type { Role } from "../../contract/api/access/role.ts";

/** What a route needs of its caller; `known`: any role, `anyone`: nothing, not even a login. */
export type Need = Role | "known" | "anyone";

/** Who sends a request, as its login, key or token says; never as its body says. */
export interface Caller {
  /** As decisions and the history show it. */
  readonly name: string;
  readonly role: Role;
  readonly via: "session" | "key" | "proxy" | "token" | "loopback";
}

/** Who calls a route for anyone. */
export const NOBODY: Caller = { name: "nobody", role: "viewer", via: "loopback" };

/** Each may do what those before it may. */
const LADDER: readonly Role[] = ["viewer", "operator", "admin"];

/** `reads`: the route changes nothing. */
export function mayCall({ role }: Caller, need: Need, reads: boolean): boolean {
  if (need === "anyone" || need === "known") return true;
  if (need === "auditor") return role === "auditor" || role === "admin";
  if (role === "auditor") return need === "viewer" && reads;
  return LADDER.indexOf(role) >= LADDER.indexOf(need);
}
