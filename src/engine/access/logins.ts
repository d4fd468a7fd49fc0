import { MINUTE } from "../../contract/time/time-units.ts";
import type { KeyRow, SessionRow, UserRow } from "../../store/access-store.ts";
import { type AccessParts, addUser } from "./access-control.ts";
import { AccessError } from "./access-error.ts";
import { LoginThrottle } from "./login-throttle.ts";
import { type ProviderUser, providerUser } from "./provider-user.ts";
import { isSameSecret, newSecret, sha256 } from "./secrets.ts";

/** Longest name of a browser that is kept. */
const LONGEST_AGENT = 200;
/** Where somebody logs in. */
export interface LoginFrom {
  readonly address: string;
  readonly agent: string;
  /** The token of the session that the browser had before; that one ends. */
  readonly instead: string | null;
}

export interface LoggedIn {
  readonly name: string;
  readonly role: string;
  /** Of the new session; only a hash of it is stored. */
  readonly token: string;
}

export interface LoginSettings {
  /** A login is needed also where nobody else can reach the server. */
  readonly required: boolean;
  /** Others cannot reach the server. */
  readonly isLocal: boolean;
  /** A session ends this long (ms) after its last use. */
  readonly sessionIdle: number;
  /** A session ends this long (ms) after the login. */
  readonly sessionLifetime: number;
  /** While there is no user, whoever knows it becomes the first admin. */
  readonly setupToken: string;
  /** The role that each group of a provider gives, as the text of grants. */
  readonly groups: ReadonlyMap<string, string>;
}

/** Knows who calls, and lets people log in. */
export interface Logins {
  /** Callers have to be known: there is a user, or the configuration asks for it. */
  isRequired(): Promise<boolean>;
  /** `open`: whoever reaches the server is an admin. `setup`: a login is needed, and there is no user yet. */
  state(): Promise<"open" | "setup" | "closed">;
  /** Throws AccessError and TooManyError. */
  login(user: { readonly name: string; readonly password: string }, from: LoginFrom): Promise<LoggedIn>;
  logout(token: string): Promise<void>;
  /** Before a provider is asked. Throws TooManyError. */
  mayTry(from: LoginFrom): void;
  /** The role is that of the groups from now on; at the first login the user is made. Throws AccessError. */
  loginAtProvider(user: ProviderUser, from: LoginFrom): Promise<LoggedIn>;
  /** The first admin. Throws AccessError and TooManyError. */
  setup(
    first: { readonly token: string; readonly name: string; readonly password: string },
    from: LoginFrom,
  ): Promise<LoggedIn>;
  /** Null: it is of no session, or that is over. `isUse` false: it is looked at, and is not used thereby. */
  bySession(token: string, isUse?: boolean): Promise<SessionRow | null>;
  /** `from`: the address that sends it. Null: there is no such key, or it is revoked or has expired. */
  byKey(key: string, from: string, isUse?: boolean): Promise<KeyRow | null>;
  /** A user who may log in; null: there is none of that name. */
  byName(name: string): Promise<UserRow | null>;
  /** Sessions used before are over. */
  usedSince(): number;
}

export function logins(parts: AccessParts, settings: LoginSettings): Logins {
  const { store, runtime, passwords } = parts;
  const { access } = store;
  const throttle = new LoginThrottle();

  async function begin(user: Pick<UserRow, "id" | "name" | "role">, from: LoginFrom): Promise<LoggedIn> {
    // Always a new one: a token that was planted in the browser before the login is worth nothing after it.
    const token = newSecret();
    const now = runtime.now();
    const session = {
      tokenSha256: sha256(token),
      userId: user.id,
      expiresAt: now + settings.sessionLifetime,
      address: from.address,
      agent: from.agent.slice(0, LONGEST_AGENT),
    };
    await access.addSession(session, from.instead === null ? null : sha256(from.instead), now);
    return { name: user.name, role: user.role, token };
  }

  async function used(
    what: "session" | "key",
    row: { readonly id: number; readonly used_at: number | null },
    from: string,
  ): Promise<void> {
    const now = runtime.now();
    if (row.used_at === null || now - row.used_at >= MINUTE) await access.used(what, row.id, from, now);
  }

  return {
    isRequired: async () => settings.required || (await access.hasUsers()),
    state: async () => {
      if (await access.hasUsers()) return "closed";
      return settings.required || !settings.isLocal ? "setup" : "open";
    },
    login: async ({ name, password }, from) => {
      throttle.attempt(name, from.address, runtime.now());
      const user = await access.userNamed(name);
      const isRight = await passwords.isRight(password, user?.password ?? null);
      if (user === null || !isRight || user.disabled_at !== null)
        throw new AccessError("bad_login", "The name or the password is wrong, or the user is disabled.");
      throttle.succeeded(name, from.address, runtime.now());
      return begin(user, from);
    },
    logout: async (token) => access.endSessionOf(sha256(token)),
    mayTry: ({ address }) => throttle.attemptAtProvider(address, runtime.now()),
    loginAtProvider: async (user, from) => {
      // Whom the provider knows has guessed nothing, be there a role or not.
      throttle.succeededAtProvider(from.address, runtime.now());
      return begin(await providerUser(user, settings.groups, access, runtime.now()), from);
    },
    setup: async ({ token, name, password }, from) => {
      throttle.attempt("", from.address, runtime.now());
      const refuse = (hasUsers: boolean): void => {
        if (hasUsers) throw new AccessError("set_up_already", "There is a user already: log in, or ask an admin.");
      };
      refuse(await access.hasUsers());
      if (!isSameSecret(token, settings.setupToken))
        throw new AccessError(
          "bad_setup_token",
          "This is not the setup token that the start of this instance has printed.",
        );
      throttle.succeeded("", from.address, runtime.now());
      return begin(await addUser({ name, role: "admin", password }, refuse, access, runtime.now, passwords), from);
    },
    bySession: async (token, isUse = true) => {
      const session = await access.session(sha256(token));
      const now = runtime.now();
      if (session === null || session.expires_at <= now || session.used_at + settings.sessionIdle <= now) return null;
      if (isUse) await used("session", session, "");
      return session;
    },
    byKey: async (key, from, isUse = true) => {
      const row = await access.key(sha256(key));
      if (row === null || row.revoked_at !== null) return null;
      if (row.expires_at !== null && row.expires_at <= runtime.now()) return null;
      if (isUse) await used("key", row, from);
      return row;
    },
    byName: async (name) => {
      const user = await access.userNamed(name);
      return user === null || user.disabled_at !== null ? null : user;
    },
    usedSince: () => runtime.now() - settings.sessionIdle,
  };
}
