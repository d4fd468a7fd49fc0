import type { KeyRow, NewKey } from "../../access-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

export const KEY_COLUMNS =
  "id, name, beginning, role, created_by, created_at, expires_at, used_at, used_from, revoked_at";

/** Writes `api_keys`. */
export class ApiKeys {
  readonly #add: Statement;
  readonly #found: Statement<KeyRow>;
  readonly #used: Statement;
  readonly #inForce: Statement<KeyRow>;
  readonly #renew: Statement;
  readonly #revoke: Statement<KeyRow>;

  constructor(statements: Statements) {
    this.#add = statements.prepare(
      "api_key.add",
      `INSERT INTO api_keys (name, beginning, key_sha256, role, created_by, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#found = statements.prepare("api_key.found", `SELECT ${KEY_COLUMNS} FROM api_keys WHERE key_sha256 = ?`);
    this.#used = statements.prepare("api_key.used", "UPDATE api_keys SET used_at = ?, used_from = ? WHERE id = ?");
    this.#inForce = statements.prepare(
      "api_key.in_force",
      `SELECT ${KEY_COLUMNS} FROM api_keys WHERE id = ? AND revoked_at IS NULL`,
    );
    this.#renew = statements.prepare("api_key.renew", "UPDATE api_keys SET expires_at = ? WHERE id = ?");
    this.#revoke = statements.prepare(
      "api_key.revoke",
      `UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING ${KEY_COLUMNS}`,
    );
  }

  /** Null: the name is taken. */
  add(key: NewKey, now: number): number | null {
    const { name, beginning, keySha256, role, created_by: by, expires_at: expiresAt } = key;
    const { changes, lastInsertRowid } = this.#add.run(name, beginning, keySha256, role, by, now, expiresAt);
    return changes === 0 ? null : Number(lastInsertRowid);
  }

  found(keySha256: string): KeyRow | null {
    return this.#found.get(keySha256) ?? null;
  }

  used(id: number, from: string, now: number): void {
    this.#used.run(now, from, id);
  }

  /** The key as it was. Null: there is none in force. */
  renew(id: number, expiresAt: number | null): KeyRow | null {
    const key = this.#inForce.get(id) ?? null;
    if (key !== null) this.#renew.run(expiresAt, id);
    return key;
  }

  revoke(id: number, now: number): KeyRow | null {
    return this.#revoke.get(now, id) ?? null;
  }
}
