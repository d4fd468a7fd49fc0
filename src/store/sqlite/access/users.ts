import type { UserChange, UserRow, UserSecret } from "../../access-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

export const USER_COLUMNS = `id, name, role, created_at, last_login_at, disabled_at,
  iif(oidc_subject IS NULL, 'here', 'provider') AS login`;

/** Writes `users`. */
export class Users {
  readonly #any: Statement;
  readonly #named: Statement<UserSecret>;
  readonly #otherAdmin: Statement;
  readonly #add: Statement;
  readonly #change: Statement<UserRow>;
  readonly #loggedIn: Statement;
  readonly #ofSubject: Statement<UserRow>;
  readonly #addOfSubject: Statement<UserRow>;

  constructor(statements: Statements) {
    this.#any = statements.prepare("user.any", "SELECT 1 FROM users LIMIT 1");
    this.#named = statements.prepare("user.named", `SELECT ${USER_COLUMNS}, password FROM users WHERE name = ?`);
    this.#otherAdmin = statements.prepare(
      "user.other_admin",
      "SELECT 1 FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> ? LIMIT 1",
    );
    this.#add = statements.prepare(
      "user.add",
      "INSERT INTO users (name, role, password, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#change = statements.prepare(
      "user.change",
      `UPDATE users SET role = ?, password = ?, disabled_at = ? WHERE id = ? RETURNING ${USER_COLUMNS}`,
    );
    this.#loggedIn = statements.prepare("user.logged_in", "UPDATE users SET last_login_at = ? WHERE id = ?");
    this.#ofSubject = statements.prepare("user.of_subject", `SELECT ${USER_COLUMNS} FROM users WHERE oidc_subject = ?`);
    this.#addOfSubject = statements.prepare(
      "user.add_of_subject",
      `INSERT INTO users (name, role, password, oidc_subject, created_at) VALUES (?, ?, '', ?, ?)
       ON CONFLICT DO NOTHING RETURNING ${USER_COLUMNS}`,
    );
  }

  any(): boolean {
    return this.#any.get() !== undefined;
  }

  named(name: string): UserSecret | null {
    return this.#named.get(name) ?? null;
  }

  /** Whether another one may log in. */
  hasOtherAdmin(id: number): boolean {
    return this.#otherAdmin.get(id) !== undefined;
  }

  /** Null: the name is taken. */
  add({ name, role, password }: Pick<UserSecret, "name" | "role" | "password">, now: number): number | null {
    const { changes, lastInsertRowid } = this.#add.run(name, role, password, now);
    return changes === 0 ? null : Number(lastInsertRowid);
  }

  ofSubject(subject: string): UserRow | null {
    return this.#ofSubject.get(subject) ?? null;
  }

  /** Null: the name is taken. */
  addOfSubject(
    { subject, name, role }: { readonly subject: string; readonly name: string; readonly role: string },
    now: number,
  ): UserRow | null {
    return this.#addOfSubject.get(name, role, subject, now) ?? null;
  }

  change(user: UserRow, { role, password, isDisabled }: UserChange, now: number): UserRow {
    const changed = this.#change.get(role, password, isDisabled ? (user.disabled_at ?? now) : null, user.id);
    return changed ?? user;
  }

  loggedIn(id: number, now: number): void {
    this.#loggedIn.run(now, id);
  }
}
