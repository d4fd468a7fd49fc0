/** Users, sessions and keys: who may use the API. Times are RFC 3339. */
import { z } from "zod";
import { GRANTS_MAX } from "./grants.ts";
import { beforeQuery, pageQuery, pagination } from "../list.ts";

/** Shortest and longest password, in characters. */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

/** Of users and keys. */
export const ACCESS_NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/;

const time = z.iso.datetime();
const role = z
  .string()
  .max(GRANTS_MAX)
  .describe(
    "What it may do, as in `viewer` or `operator on workflow:sales/*, type:load`: see [roles](security.md#roles).",
  );
const userName = z
  .string()
  .regex(ACCESS_NAME, "letters, digits and . _ @ + -, at most 100")
  .max(100)
  .describe("Letters, digits and `.` `_` `@` `+` `-`; the same in upper and lower case.");
const password = z.string().min(PASSWORD_MIN).max(PASSWORD_MAX).describe("At least 12 characters, not the name.");
/** A password that was chosen earlier, or a wrong one. */
const anyPassword = z.string().max(PASSWORD_MAX).describe("The password.");

const user = z.object({
  id: z.int(),
  name: z.string(),
  role: z.string(),
  created_at: z.string(),
  last_login_at: z.string().nullable(),
  disabled_at: z.string().nullable(),
  login: z.enum(["here", "provider"]),
});

/** `POST /api/login` */
export const loginRequest = z.strictObject({ name: z.string().max(100).describe("The user."), password: anyPassword });

/** `GET /api/login/ways` */
export const loginWaysAnswer = z.object({
  state: z
    .enum(["open", "setup", "closed"])
    .describe(
      "`open`: whoever reaches the server from this machine needs no login. `setup`: there is no user yet, and the setup token makes the first. `closed`: a login is needed.",
    ),
  provider: z.boolean().describe("Whether people may log in at a provider: `GET /api/login/oidc` leads there."),
});

/** `POST /api/setup` */
export const setupRequest = z.strictObject({
  token: z.string().max(200).describe("The setup token that the start has printed."),
  name: userName,
  password,
});

/** Of both, and of `GET /api/me`. */
export const meAnswer = z.object({
  name: z.string().describe("Who calls, as the history shows it."),
  role: z.string().describe("What this caller may do, as in `viewer` or `operator on type:load`."),
  via: z
    .enum(["session", "key", "proxy", "token", "loopback"])
    .describe(
      "How the caller is known: a login, a key, by a proxy, the token of the instance, or as anyone on this machine.",
    ),
});

/** `GET /api/users` */
export const usersQuery = z.strictObject({ ...pageQuery });
export const usersAnswer = z.object({
  users: z
    .array(user)
    .describe(
      "In the order in which they were made; `disabled_at`: since then they may not log in; `login`: with a password `here`, or at the `provider`.",
    ),
  pagination,
});

/** `POST /api/users` */
export const addUserRequest = z.strictObject({ name: userName, role, password });

export const userParams = z.strictObject({ name: userName });

/** `PUT /api/users/{name}` */
export const changeUserRequest = z
  .strictObject({
    role: role.optional(),
    password: password.optional().describe("A new password: it ends the sessions of the user."),
    disabled: z.boolean().optional().describe("`true`: may not log in, and sessions end. `false`: may again."),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "nothing to change");

/** Of both. */
export const userAnswer = user;

const session = z.object({
  id: z.int(),
  user: z.string(),
  role: z.string(),
  created_at: z.string(),
  used_at: z.string(),
  expires_at: z.string(),
  address: z.string(),
  agent: z.string(),
  current: z.boolean(),
});

/** `GET /api/sessions` */
export const sessionsQuery = z.strictObject({ ...pageQuery });
export const sessionsAnswer = z.object({
  sessions: z
    .array(session)
    .describe(
      "Those that are not over. `address` and `agent` (browser) are those of the login; `used_at` is to the minute; `current`: the one that asks.",
    ),
  pagination,
});

export const sessionParams = z.strictObject({ id: z.coerce.number().int().positive().describe("Its number.") });

/** `DELETE /api/sessions/{id}` */
export const endSessionAnswer = z.object({ ended: z.int().describe("The number of the session.") });

/** `GET /api/audit` */
export const auditQuery = z.strictObject({
  who: z.string().max(200).optional().describe("Only what this user or key did, as `who` has it."),
  outcome: z.enum(["done", "refused"]).optional().describe("Only what was done, or only what was refused."),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      "Only entries that contain this anywhere, in upper or lower case: in the act, the target, who, the address, before or after.",
    ),
  from: time.optional().describe("Only from this time on."),
  to: time.optional().describe("Only before this time."),
  ...beforeQuery,
  ...pageQuery,
});

const auditEntry = z.object({
  id: z.int(),
  at: z.string(),
  who: z.string(),
  via: z.enum(["session", "key", "proxy", "token", "loopback", "command", "none"]),
  address: z.string(),
  request_id: z.string(),
  act: z.string(),
  target: z.string(),
  outcome: z.enum(["done", "refused"]),
  before: z.unknown(),
  after: z.unknown(),
});

export const auditAnswer = z.object({
  audit: z
    .array(auditEntry)
    .describe(
      "The newest first. `act` is the route, or the act of a command; `before` and `after` are what was there and what was asked for or is there now, with secrets hidden.",
    ),
  pagination,
});

/** `GET /api/audit/hours` */
export const auditHoursQuery = z.strictObject({
  from: time.describe("Where the first hour begins."),
  to: time.describe("The end, at most 31 days later."),
});
export const auditHoursAnswer = z.object({
  hours: z
    .array(z.object({ at: z.string(), people: z.int(), keys: z.int(), refused: z.int() }))
    .describe(
      "Each hour from `from` on: what people and what keys did, and what was refused; `people` and `keys` count only what was done.",
    ),
  complete: z.boolean().describe("False: there are more entries than are counted, 50,000 from the beginning."),
});

const key = z.object({
  id: z.int(),
  name: z.string(),
  beginning: z.string(),
  role: z.string(),
  created_by: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  used_at: z.string().nullable(),
  used_from: z.string().nullable(),
  revoked_at: z.string().nullable(),
});

/** `GET /api/keys` */
export const keysQuery = z.strictObject({
  revoked: z.stringbool().default(false).describe("Also those that were revoked."),
  ...pageQuery,
});
export const keysAnswer = z.object({
  keys: z
    .array(key)
    .describe(
      "In the order in which they were made; `beginning` is that of the key, `used_at` is to the minute, `used_from` the address then.",
    ),
  pagination,
});

/** `POST /api/keys` */
export const addKeyRequest = z.strictObject({
  name: userName.describe("What it is for; no two in force have the same."),
  role,
  expires_at: time.nullable().describe("From then on it is refused; null: never."),
});
export const addKeyAnswer = z.object({
  id: z.int().describe("Its number."),
  key: z.string().describe("The key itself. It is shown this once: only a hash of it is stored."),
});

export const keyParams = z.strictObject({ id: z.coerce.number().int().positive().describe("Its number.") });

/** `PUT /api/keys/{id}` */
export const renewKeyRequest = z.strictObject({
  expires_at: time.nullable().describe("From then on it is refused; null: never."),
});
export const renewKeyAnswer = z.object({ renewed: z.int().describe("The number of the key.") });

/** `DELETE /api/keys/{id}` */
export const revokeKeyAnswer = z.object({ revoked: z.int().describe("The number of the key.") });
