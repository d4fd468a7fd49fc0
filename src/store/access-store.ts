import type { ViewPage } from "../contract/api/access/view-api.ts";

export interface UserRow {
  readonly id: number;
  readonly name: string;
  /** What the user may do, and to what: the text of grants. */
  readonly role: string;
  /** Milliseconds since 1970, as every time here. */
  readonly created_at: number;
  readonly last_login_at: number | null;
  /** Null: may log in. */
  readonly disabled_at: number | null;
  /** Where the user logs in. */
  readonly login: "here" | "provider";
}

/** A user with what the password hashes to: never for an answer. */
export interface UserSecret extends UserRow {
  readonly password: string;
}

export interface UserChange {
  readonly role: string;
  readonly password: string;
  readonly isDisabled: boolean;
}

export interface SessionRow {
  readonly id: number;
  readonly user: string;
  readonly role: string;
  readonly created_at: number;
  readonly used_at: number;
  readonly expires_at: number;
  readonly address: string;
  readonly agent: string;
}

export interface NewSession {
  readonly tokenSha256: string;
  readonly userId: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly agent: string;
}

export interface KeyRow {
  readonly id: number;
  readonly name: string;
  /** The first characters of the key. */
  readonly beginning: string;
  readonly role: string;
  readonly created_by: string;
  readonly created_at: number;
  /** Null: never. */
  readonly expires_at: number | null;
  readonly used_at: number | null;
  /** The address of that use. */
  readonly used_from: string | null;
  readonly revoked_at: number | null;
}

export interface NewKey extends Pick<KeyRow, "name" | "beginning" | "role" | "created_by" | "expires_at"> {
  readonly keySha256: string;
}

export type AuditVia = "session" | "key" | "proxy" | "token" | "loopback" | "command" | "none";

/** An entry of the audit log. */
export interface AuditRow {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly via: AuditVia;
  /** Empty: no network was involved. */
  readonly address: string;
  readonly request_id: string;
  readonly act: string;
  readonly target: string;
  readonly outcome: "done" | "refused";
  /** JSON. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface NewAudit extends Omit<AuditRow, "id" | "at" | "request_id"> {
  readonly requestId: string;
}

export interface AuditQuery {
  /** Null: everybody. */
  readonly who: string | null;
  /** Null, and left out, as the next three: any. */
  readonly outcome?: AuditRow["outcome"] | null;
  /** What an entry contains, in upper or lower case. */
  readonly text?: string | null;
  /** From this time on, and before that one. */
  readonly from?: number | null;
  readonly to?: number | null;
  /** The id of the last entry of the page before. */
  readonly before: number | null;
  readonly limit: number;
}

/** What was done and refused in an hour. */
export interface AuditHour {
  readonly at: number;
  readonly people: number;
  readonly keys: number;
  readonly refused: number;
}

/** A search that somebody keeps under a name. */
export interface ViewContent {
  readonly name: string;
  /** Whether everybody has it in their list. */
  readonly is_shared: boolean;
  readonly page: ViewPage;
  readonly query: string;
  /** Empty: as the page sorts. */
  readonly sort: string;
  /** None: those that the page shows. */
  readonly columns: readonly string[];
}

export interface ViewRow extends ViewContent {
  readonly id: number;
  /** As the audit log names who calls. */
  readonly owner: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface ViewQuery extends PageOf {
  /** Whose views are listed, besides those that are shared. */
  readonly owner: string;
  /** Null: of all pages. */
  readonly page: ViewContent["page"] | null;
}

/** Who may use the API, and what they keep there. Each call is one transaction. */
export interface AccessStore {
  /** Whether there is a user, be it a disabled one. */
  hasUsers(): Promise<boolean>;
  userNamed(name: string): Promise<UserSecret | null>;
  /** `decide` is given whether there are users, and may throw. Returns the id; null: the name is taken. */
  addUser(
    user: Pick<UserSecret, "name" | "role" | "password">,
    decide: (hasUsers: boolean) => void,
    now: number,
  ): Promise<number | null>;
  /**
   * `decide` is given the user and whether another admin may log in, and may throw. Another password, and a disabled
   * user, end all sessions of the user. Null: there is no such user.
   */
  changeUser(
    name: string,
    decide: (user: UserSecret, hasOtherAdmin: boolean) => UserChange,
    now: number,
  ): Promise<{ readonly before: UserRow; readonly after: UserRow } | null>;

  /**
   * The user of that subject, with this role from now on; made where there is none. `decide` is given the user, and whether there are any,
   * and may throw. Null: the name is that of another user.
   */
  userOfProvider(
    user: { readonly subject: string; readonly name: string; readonly role: string },
    decide: (found: UserRow | null, hasUsers: boolean) => void,
    now: number,
  ): Promise<UserRow | null>;

  /** Also removes sessions that are over, the one of the hash `instead`, and the oldest of a user with more than 50. */
  addSession(session: NewSession, instead: string | null, now: number): Promise<number>;
  /** The session of a user who may log in; also one that is over. */
  session(tokenSha256: string): Promise<SessionRow | null>;
  endSessionOf(tokenSha256: string): Promise<void>;
  /** Null: there is no such session. */
  endSession(id: number): Promise<SessionRow | null>;

  /** Null: a key of that name is in force. */
  addKey(key: NewKey, now: number): Promise<number | null>;
  /** Also one that is revoked or has expired. */
  key(keySha256: string): Promise<KeyRow | null>;
  /** The key as it was. Null: there is none, or it is revoked. */
  renewKey(id: number, expiresAt: number | null): Promise<KeyRow | null>;
  /** Null: there is no such key in force. */
  revokeKey(id: number, now: number): Promise<KeyRow | null>;

  audit(entry: NewAudit, now: number): Promise<void>;

  /** `decide` is given how many the owner has, and may throw. Null: the owner has one of the name, in upper or lower case. */
  addView(owner: string, view: ViewContent, decide: (owned: number) => void, now: number): Promise<ViewRow | null>;
  /** `decide` is given the view as it is, and may throw. Null: there is none, or its owner has another one of the name. */
  changeView(
    id: number,
    view: ViewContent,
    decide: (found: ViewRow | null) => void,
    now: number,
  ): Promise<{ readonly before: ViewRow; readonly after: ViewRow } | null>;
  /** `decide` is given the view, and may throw. Null: there is none. */
  removeView(id: number, decide: (found: ViewRow | null) => void): Promise<ViewRow | null>;

  /** Of a session or key that was used. */
  used(what: "session" | "key", id: number, from: string, now: number): Promise<void>;
}

export interface PageOf {
  readonly after: number;
  readonly limit: number;
}

/** Lists, in the order in which the rows were made. */
export interface AccessQueries {
  users(page: PageOf): Promise<readonly UserRow[]>;
  /** Those that are not over: used since `usedSince`. */
  sessions(page: PageOf & { readonly usedSince: number; readonly now: number }): Promise<readonly SessionRow[]>;
  /** The newest first. */
  audit(query: AuditQuery): Promise<readonly AuditRow[]>;
  /** Each hour from `from` on; of very many entries, those of the beginning. */
  auditHours(span: {
    readonly from: number;
    readonly to: number;
  }): Promise<{ readonly hours: readonly AuditHour[]; readonly isComplete: boolean }>;
  keys(page: PageOf & { readonly isRevokedToo: boolean }): Promise<readonly KeyRow[]>;
  savedViews(query: ViewQuery): Promise<readonly ViewRow[]>;
}

/** What the scope of a role looks at, in a row. */
export interface Placed {
  readonly id: number;
  readonly type: string;
  readonly workflow: string;
}

/** By the ids of records and alerts, without those that do not exist; in no order. */
export interface PlaceQueries {
  tasks(recordIds: readonly number[]): Promise<readonly Placed[]>;
  alerts(ids: readonly number[]): Promise<readonly Placed[]>;
}
