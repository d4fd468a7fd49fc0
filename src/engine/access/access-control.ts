import { ACCESS_NAME, PASSWORD_MAX, PASSWORD_MIN } from "../../contract/api/access/access-api.ts";
import { areWithin, type Grants, grantsText, GrantsError, parseGrants } from "../../contract/api/access/grants.ts";
import type { AccessStore, KeyRow, SessionRow, UserRow, UserSecret } from "../../store/access-store.ts";
import type { EngineContext } from "../context.ts";
import { AccessError } from "./access-error.ts";
import { newKey, type Passwords, sha256 } from "./secrets.ts";

export interface NewUser {
  readonly name: string;
  /** What the user may do, and to what: the text of grants, also below. */
  readonly role: string;
  readonly password: string;
}

/** What is not given stays as it is. */
export interface UserEdit {
  readonly role?: string | undefined;
  readonly password?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export interface KeyRequest {
  readonly name: string;
  readonly role: string;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly by: string;
  /** What whoever makes it may do: the key may do no more. */
  readonly within: Grants;
}

/** What admins do about users, sessions and keys. Each promise resolves when the change is committed. */
export interface AccessControl {
  /** The first user must be an admin. Throws AccessError. */
  addUser(user: NewUser): Promise<UserRow>;
  /** At least one admin who may log in is left. Throws AccessError. */
  changeUser(name: string, edit: UserEdit): Promise<{ readonly before: UserRow; readonly after: UserRow }>;
  /** The session that has ended. Throws AccessError. */
  endSession(id: number): Promise<SessionRow>;
  /** The key itself is in the answer alone. Throws AccessError. */
  addKey(request: KeyRequest): Promise<{ readonly id: number; readonly key: string }>;
  /** `expiresAt` null: never. The key as it was. Throws AccessError. */
  renewKey(id: number, expiresAt: number | null): Promise<KeyRow>;
  /** The key that is revoked. Throws AccessError. */
  revokeKey(id: number): Promise<KeyRow>;
}

export interface AccessParts {
  readonly store: { readonly access: AccessStore };
  readonly runtime: Pick<EngineContext["runtime"], "now">;
  readonly passwords: Passwords;
}

export function accessControl({ store: { access }, runtime, passwords }: AccessParts): AccessControl {
  return {
    addUser: (user) =>
      addUser(user, (hasUsers) => refuseOtherThanAdmin(user, hasUsers), access, runtime.now, passwords),
    changeUser: async (name, { role, password, disabled }) => {
      const granted = role === undefined ? null : grantsText(grantsOf(role));
      if (password !== undefined) refuseWeak(name, password);
      const hash = password === undefined ? null : await passwords.hash(password);
      const decide = (user: UserSecret, hasOtherAdmin: boolean) => {
        if (user.login === "provider" && (role !== undefined || password !== undefined))
          throw new AccessError(
            "of_provider",
            `${user.name} logs in at the provider: the role comes from the groups there, at each login, and the password is known there alone.`,
          );
        const change = {
          role: granted ?? user.role,
          password: hash ?? user.password,
          isDisabled: disabled ?? user.disabled_at !== null,
        };
        const stays = change.role === "admin" && !change.isDisabled;
        if (user.role === "admin" && user.disabled_at === null && !stays && !hasOtherAdmin)
          throw new AccessError(
            "last_admin",
            `${user.name} is the last admin who may log in: make another user an admin first.`,
          );
        return change;
      };
      const changed = await access.changeUser(name, decide, runtime.now());
      if (changed === null)
        throw new AccessError("unknown_user", `There is no user ${name}; flowlord users lists them.`);
      return changed;
    },
    endSession: async (id) => {
      const session = await access.endSession(id);
      if (session === null) throw new AccessError("unknown_session", `There is no session ${id}, or it is over.`);
      return session;
    },
    addKey: async ({ name, role: text, expiresAt, by, within }) => {
      refuseName(name);
      const grants = grantsOf(text);
      if (!areWithin(grants, within))
        throw new AccessError(
          "beyond_maker",
          `A key may do no more than who makes it: ${by} is ${grantsText(within)}.`,
        );
      const role = grantsText(grants);
      const { key, beginning } = newKey();
      const row = { name, beginning, keySha256: sha256(key), role, created_by: by, expires_at: expiresAt };
      const id = await access.addKey(row, runtime.now());
      if (id === null)
        throw new AccessError("name_taken", `There is a key ${name} already: revoke it first, or give another name.`);
      return { id, key };
    },
    renewKey: async (id, expiresAt) => {
      const key = await access.renewKey(id, expiresAt);
      if (key === null) throw new AccessError("unknown_key", `There is no key ${id}, or it is revoked.`);
      return key;
    },
    revokeKey: async (id) => {
      const key = await access.revokeKey(id, runtime.now());
      if (key === null) throw new AccessError("unknown_key", `There is no key ${id}, or it was revoked already.`);
      return key;
    },
  };
}

/** Throws AccessError, and what `decide` throws. */
export async function addUser(
  { name, role: text, password }: NewUser,
  decide: (hasUsers: boolean) => void,
  access: AccessStore,
  now: () => number,
  passwords: Passwords,
): Promise<UserRow> {
  refuseName(name);
  const role = grantsText(grantsOf(text));
  refuseWeak(name, password);
  // Before the work of hashing it, and once more in the transaction.
  decide(await access.hasUsers());
  const hash = await passwords.hash(password);
  const createdAt = now();
  const id = await access.addUser({ name, role, password: hash }, decide, createdAt);
  if (id === null) throw new AccessError("name_taken", `There is a user ${name} already.`);
  return { id, name, role, created_at: createdAt, last_login_at: null, disabled_at: null, login: "here" };
}

/** Whoever else came first could change nothing, and add nobody. */
export function refuseOtherThanAdmin({ name, role }: Pick<NewUser, "name" | "role">, hasUsers: boolean): void {
  if (!hasUsers && role !== "admin")
    throw new AccessError(
      "first_admin",
      `${name} would be the first user, and must be an admin: nobody else could add one.`,
    );
}

/** Throws AccessError. */
function grantsOf(role: string): Grants {
  try {
    return parseGrants(role);
  } catch (error) {
    if (error instanceof GrantsError) throw new AccessError("bad_role", error.message);
    throw error;
  }
}

function refuseWeak(name: string, password: string): void {
  const isLong = password.length >= PASSWORD_MIN && password.length <= PASSWORD_MAX;
  if (!isLong || password.toLowerCase() === name.toLowerCase())
    throw new AccessError(
      "weak_password",
      `The password needs ${PASSWORD_MIN} to ${PASSWORD_MAX} characters, and is not the name.`,
    );
}

function refuseName(name: string): void {
  if (!ACCESS_NAME.test(name))
    throw new AccessError(
      "bad_name",
      "A name has letters, digits and . _ @ + -, begins with one of the first two, and has at most 100.",
    );
}
