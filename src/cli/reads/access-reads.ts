import type { AuditQuery, AuditRow, KeyRow, UserRow } from "../../store/access-store.ts";

export interface AccessReads {
  /** All of them, in the order in which they were made. */
  users(): Promise<readonly UserRow[]>;
  keys(isRevokedToo: boolean): Promise<readonly KeyRow[]>;
  audit(query: AuditQuery): Promise<readonly AuditRow[]>;
}
