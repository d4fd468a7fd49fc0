import type { SectionTable } from "./key-spec.ts";

/** Keys of `[oidc]`: logins at a provider of OpenID Connect. */
export const OIDC_KEYS: SectionTable = {
  issuer: {
    kind: "string",
    standard: '""',
    about: "The address of the provider, as in `https://login.example.com/realms/data`; empty = no such logins.",
  },
  client_id: { kind: "string", standard: '""', about: "The name under which the provider knows Flowlord." },
  client_secret: {
    kind: "string",
    standard: '""',
    about: "The secret of that name; empty = the provider asks for none (a public client).",
    secret: true,
  },
  public_url: {
    kind: "string",
    standard: '""',
    about:
      "The address at which browsers reach this server, as in `https://flowlord.example.com`; the provider sends them back to `/api/login/oidc/callback` there.",
  },
  scopes: {
    kind: "list",
    standard: '["openid", "profile"]',
    about: "What the provider is asked for; some need one more for groups.",
  },
  user_claim: {
    kind: "string",
    standard: '"preferred_username"',
    about: "What the provider says that becomes the name of the user at the first login.",
  },
  groups_claim: {
    kind: "string",
    standard: '"groups"',
    about: "What the provider says that has the groups of the user: a list of names, or one.",
  },
  groups: {
    kind: "table",
    standard: "{}",
    about:
      'Groups and the role that each gives, as in `{ "data-ops" = "operator on workflow:sales/*" }`; who is in several has the roles of all, who is in none may not log in.',
  },
};
