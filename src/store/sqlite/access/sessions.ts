import type { NewSession, SessionRow } from "../../access-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** A user with more has forgotten the oldest. */
const MAX_OF_USER = 50;

export const SESSION_COLUMNS = `s.id, u.name AS user, u.role, s.created_at, s.used_at, s.expires_at, s.address, s.agent
  FROM sessions AS s JOIN users AS u ON u.id = s.user_id`;

/** Writes `sessions`. */
export class Sessions {
  readonly #add: Statement;
  readonly #found: Statement<SessionRow>;
  readonly #used: Statement;
  readonly #byId: Statement<SessionRow>;
  readonly #end: Statement;
  readonly #endHash: Statement;
  readonly #endOf: Statement;
  readonly #endOver: Statement;
  readonly #endOldest: Statement;

  constructor(statements: Statements) {
    this.#add = statements.prepare(
      "session.add",
      `INSERT INTO sessions (token_sha256, user_id, created_at, used_at, expires_at, address, agent)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#found = statements.prepare(
      "session.found",
      `SELECT ${SESSION_COLUMNS} WHERE s.token_sha256 = ? AND u.disabled_at IS NULL`,
    );
    this.#used = statements.prepare("session.used", "UPDATE sessions SET used_at = ? WHERE id = ?");
    this.#byId = statements.prepare("session.by_id", `SELECT ${SESSION_COLUMNS} WHERE s.id = ?`);
    this.#end = statements.prepare("session.end", "DELETE FROM sessions WHERE id = ?");
    this.#endHash = statements.prepare("session.end_hash", "DELETE FROM sessions WHERE token_sha256 = ?");
    this.#endOf = statements.prepare("session.end_of", "DELETE FROM sessions WHERE user_id = ?");
    this.#endOver = statements.prepare("session.end_over", "DELETE FROM sessions WHERE expires_at <= ?");
    this.#endOldest = statements.prepare(
      "session.end_oldest",
      `DELETE FROM sessions WHERE user_id = ? AND id < (
         SELECT min(id) FROM (SELECT id FROM sessions WHERE user_id = ? ORDER BY id DESC LIMIT ${MAX_OF_USER}))`,
    );
  }

  add({ tokenSha256, userId, expiresAt, address, agent }: NewSession, now: number): number {
    this.#endOver.run(now);
    const { lastInsertRowid } = this.#add.run(tokenSha256, userId, now, now, expiresAt, address, agent);
    this.#endOldest.run(userId, userId);
    return Number(lastInsertRowid);
  }

  found(tokenSha256: string): SessionRow | null {
    return this.#found.get(tokenSha256) ?? null;
  }

  used(id: number, now: number): void {
    this.#used.run(now, id);
  }

  end(id: number): SessionRow | null {
    const session = this.#byId.get(id) ?? null;
    this.#end.run(id);
    return session;
  }

  endWithHash(tokenSha256: string): void {
    this.#endHash.run(tokenSha256);
  }

  endOf(userId: number): void {
    this.#endOf.run(userId);
  }
}
