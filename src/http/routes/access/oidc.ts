import { z } from "zod";
import { oidcAnswerQuery, oidcLoginQuery } from "../../../contract/api/access/oidc-api.ts";
import { DomainError } from "../../../contract/domain-error.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { escaped } from "../../api/html.ts";
import { route } from "../../api/route.ts";
import { loginCookie, sessionToken, setLoginCookie, setSessionCookie } from "../../auth/cookie.ts";
import { CALLBACK, LOGIN_MS, type OidcLogins } from "../../auth/oidc/oidc-logins.ts";
import { returnPath } from "../../auth/oidc/return-path.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/login/oidc",
    summary: "Go to the provider of `[oidc]` to log in there.",
    role: "anyone",
    linked: true,
    query: oidcLoginQuery,
    answer: null,
    async handle({ query, reply }, deps) {
      const oidc = configured(deps);
      const next = returnPath(query.next);
      if (next === null)
        throw new DomainError(
          "malformed",
          "foreign_path",
          "next is no path of this server: write it as in next=/api/docs.",
        );
      const { url, sealed } = await oidc.begin(next);
      setLoginCookie(reply, oidc.isSecure, sealed, LOGIN_MS / 1000);
      return reply.header("cache-control", "no-store").redirect(url, 302);
    },
  }),
  route({
    method: "GET",
    path: CALLBACK,
    summary: "Where the provider sends a browser back to: it begins a session, and goes on to `next`.",
    role: "anyone",
    linked: true,
    effect: true,
    query: oidcAnswerQuery,
    answer: z.string(),
    produces: "text/html",
    unredacted: true,
    async handle({ request, reply, trail }, deps) {
      const oidc = configured(deps);
      // The code in the query is nobody's business, although it has been used.
      trail.target = CALLBACK;
      const asked = new URL(request.url, "http://nowhere.invalid").searchParams;
      const sealed = loginCookie(request, oidc.isSecure);
      if (sealed !== null) setLoginCookie(reply, oidc.isSecure, null, 0);
      const from = {
        address: request.ip,
        agent: request.headers["user-agent"] ?? "",
        instead: sessionToken(request),
      };
      deps.logins.mayTry(from);
      const { identity, next } = await oidc.finish(sealed, asked);
      trail.who = identity.name;
      const { name, role, token } = await deps.logins.loginAtProvider(identity, from);
      trail.who = name;
      trail.after = { role };
      setSessionCookie(request, reply, token);
      reply.type("text/html; charset=utf-8");
      return wentWell(name, next);
    },
  }),
];

function configured({ oidc }: ApiDeps): OidcLogins {
  if (oidc === null)
    throw new DomainError(
      "not_found",
      "no_oidc",
      "Nobody logs in at a provider here: [oidc] of the configuration names none.",
    );
  return oidc;
}

/**
 * A redirect would still be of the site of the provider, and the browser would leave the session's strict cookie at home: it is
 * this page that leads on.
 */
function wentWell(name: string, next: string): string {
  const url = escaped(next);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Flowlord</title>
</head>
<body>
<p>You are logged in as ${escaped(name)}. <a href="${url}">Go on</a>.</p>
</body>
</html>
`;
}
