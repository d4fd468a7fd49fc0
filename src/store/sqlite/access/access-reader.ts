import type { AccessQueries, KeyRow, SessionRow, UserRow } from "../../access-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { AuditReader } from "./audit-log.ts";
import { KEY_COLUMNS } from "./api-keys.ts";
import { ViewReader } from "./saved-views.ts";
import { SESSION_COLUMNS } from "./sessions.ts";
import { USER_COLUMNS } from "./users.ts";

/** Reads who may use the API. */
export class AccessReader {
  readonly users: Statement<UserRow>;
  readonly sessions: Statement<SessionRow>;
  readonly keys: Statement<KeyRow>;
  readonly keysInForce: Statement<KeyRow>;
  readonly auditLog: AuditReader;
  readonly savedViews: ViewReader;

  constructor(statements: Statements) {
    this.auditLog = new AuditReader(statements);
    this.savedViews = new ViewReader(statements);
    this.users = statements.prepare(
      "access.users",
      `SELECT ${USER_COLUMNS} FROM users WHERE id > ? ORDER BY id LIMIT ?`,
    );
    this.sessions = statements.prepare(
      "access.sessions",
      `SELECT ${SESSION_COLUMNS} WHERE s.id > ? AND s.expires_at > ? AND s.used_at > ? ORDER BY s.id LIMIT ?`,
    );
    const keys = `SELECT ${KEY_COLUMNS} FROM api_keys NOT INDEXED WHERE id > ?`;
    this.keys = statements.prepare("access.keys", `${keys} ORDER BY id LIMIT ?`);
    this.keysInForce = statements.prepare("access.keys_in_force", `${keys} AND revoked_at IS NULL ORDER BY id LIMIT ?`);
  }
}

export function accessQueries(query: <T>(read: (reader: AccessReader) => T) => T): AccessQueries {
  return {
    users: async ({ after, limit }) => query(({ users }) => users.all(after, limit)),
    sessions: async ({ after, now, usedSince, limit }) =>
      query(({ sessions }) => sessions.all(after, now, usedSince, limit)),
    audit: async (asked) => query(({ auditLog }) => auditLog.list(asked)),
    auditHours: async (span) => query(({ auditLog }) => auditLog.hours(span)),
    keys: async ({ after, limit, isRevokedToo }) =>
      query(({ keys, keysInForce }) => (isRevokedToo ? keys : keysInForce).all(after, limit)),
    savedViews: async (asked) => query(({ savedViews }) => savedViews.list(asked)),
  };
}
