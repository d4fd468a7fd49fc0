import { DomainError, type ErrorKind } from "../../contract/domain-error.ts";

const KINDS = {
  bad_login: "unauthenticated",
  bad_setup_token: "unauthenticated",
  unknown_user: "not_found",
  unknown_session: "not_found",
  unknown_key: "not_found",
  name_taken: "conflict",
  last_admin: "conflict",
  set_up_already: "conflict",
  bad_name: "invalid",
  bad_role: "invalid",
  beyond_maker: "forbidden",
  no_group: "forbidden",
  user_disabled: "forbidden",
  name_of_other: "forbidden",
  of_provider: "conflict",
  first_admin: "invalid",
  weak_password: "invalid",
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** What people want of users, sessions or keys cannot be done. */
export class AccessError extends DomainError {
  constructor(code: keyof typeof KINDS, message: string) {
    super(KINDS[code], code, message);
  }
}

/** The caller tries too often. */
export class TooManyError extends DomainError {
  /** Milliseconds. */
  readonly retryAfter: number;

  constructor(code: string, message: string, retryAfter: number) {
    super("too_many", code, message);
    this.retryAfter = retryAfter;
  }
}
