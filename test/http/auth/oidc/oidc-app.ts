import type { TestContext } from "node:test";
import { CALLBACK, OidcLogins } from "../../../../src/http/auth/oidc/oidc-logins.ts";
import { Provider, type ProviderOptions, type ProviderParts } from "../../../../src/http/auth/oidc/provider.ts";
import { accessApp, type AccessApp, type Answered, AS_INSTANCE, PASSWORD } from "../access-app.ts";
import { CLIENT_ID, CLIENT_SECRET, realProvider, type TestProvider } from "./real-provider.ts";

export const GROUPS: ReadonlyMap<string, string> = new Map([
  ["ops", "operator"],
  ["readers", "viewer"],
  ["sales", "operator on workflow:sales/*"],
  ["admins", "admin"],
]);

export interface OidcApp extends AccessApp {
  readonly provider: TestProvider;
  readonly problems: string[];
  /** Begins a login, as the browser of a person does. */
  readonly begin: (next?: string) => Promise<{ readonly url: string; readonly headers: Record<string, string> }>;
  /** Comes back from the provider. */
  readonly comeBack: (back: URL, headers: Record<string, string>) => Promise<Answered>;
  /** All of it. */
  readonly logIn: () => Promise<Answered>;
}

interface Change extends Partial<ProviderOptions> {
  readonly publicUrl?: string;
  readonly fetch?: ProviderParts["fetch"];
  readonly timeout?: number;
  readonly isPublic?: boolean;
  readonly inToken?: boolean;
  /** There is a user already, an admin named root. */
  readonly hasAdmin?: boolean;
}

/** The application with a real provider beside it. */
export async function oidcApp(
  t: TestContext,
  { publicUrl = "http://localhost:8080", fetch, timeout, isPublic, inToken, hasAdmin = true, ...change }: Change = {},
): Promise<OidcApp> {
  const redirectUri = publicUrl + CALLBACK;
  const provider = await realProvider(t, redirectUri, {
    ...(isPublic === undefined ? {} : { isPublic }),
    ...(inToken === undefined ? {} : { inToken }),
  });
  const problems: string[] = [];
  const { host, hostname, protocol } = new URL(publicUrl);
  const app = await accessApp(t, {
    required: true,
    groups: GROUPS,
    allowedHosts: [hostname],
    trustedProxies: ["127.0.0.1"],
    oidc: (now) =>
      new OidcLogins(
        new Provider(
          {
            issuer: provider.issuer,
            clientId: CLIENT_ID,
            clientSecret: isPublic === true ? "" : CLIENT_SECRET,
            scopes: ["openid", "profile"],
            userClaim: "preferred_username",
            groupsClaim: "groups",
            redirectUri,
            ...change,
          },
          {
            monotonic: now,
            onProblem: ({ message }) => void problems.push(message),
            ...(fetch === undefined ? {} : { fetch }),
            ...(timeout === undefined ? {} : { timeout }),
          },
        ),
        publicUrl,
        now,
      ),
  });
  if (hasAdmin)
    await app.call("POST /api/setup", { token: "setup-token", name: "root", password: PASSWORD }, AS_INSTANCE);
  const browser = { host, ...(protocol === "https:" ? { "x-forwarded-proto": "https" } : {}) };

  const begin: OidcApp["begin"] = async (next) => {
    const query = next === undefined ? "" : `?next=${encodeURIComponent(next)}`;
    const { headers, cookie } = await app.call(`GET /api/login/oidc${query}`, null, browser);
    return { url: String(headers["location"]), headers: { ...browser, cookie } };
  };
  const comeBack: OidcApp["comeBack"] = ({ pathname, search }, headers) =>
    app.call(`GET ${pathname}${search}`, null, {
      ...headers,
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
    });
  return {
    ...app,
    provider,
    problems,
    begin,
    comeBack,
    logIn: async () => {
      const { url, headers } = await begin();
      return comeBack(await provider.logIn(url), headers);
    },
  };
}

/** The session of an answer, as a browser sends it. */
export function sessionOf({ headers }: Answered): Record<string, string> {
  const set = [headers["set-cookie"] ?? []].flat().map(String);
  const session = set.find((cookie) => /^(?:__Host-)?flowlord=/.test(cookie));
  return { cookie: session?.split(";")[0] ?? "" };
}
