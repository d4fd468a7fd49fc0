/**
 * What a user or key may do. Of the first three each may do what those before it may; an `auditor` reads records and the
 * audit log, and changes nothing.
 */
export const ROLES = ["viewer", "operator", "admin", "auditor"] as const;
export type Role = (typeof ROLES)[number];
