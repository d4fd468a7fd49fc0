/** What a caller may do; each may do what those before it may. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Who sends a request, as its login or token says; never as its body says. */
export interface Caller {
  /** As decisions and the history show it. */
  readonly name: string;
  readonly role: Role;
}

export function mayAct(caller: Caller, role: Role): boolean {
  return ROLES.indexOf(caller.role) >= ROLES.indexOf(role);
}
