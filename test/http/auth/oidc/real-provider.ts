import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { Provider as RealProvider, type ClientMetadata } from "oidc-provider";

/** Of the one user who logs in there at a time. */
export interface Account {
  sub: string;
  claims: Record<string, unknown>;
}

export interface TestProvider {
  readonly issuer: string;
  /** Signs tokens as the provider does. */
  readonly privateKey: ReturnType<typeof generateKeyPairSync>["privateKey"];
  readonly account: Account;
  /** Null: it works. Else what it does with a request. */
  broken: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** Goes where a browser is sent, logs in there, and returns the address that it is sent back to. */
  logIn(url: string): Promise<URL>;
  stop(): Promise<void>;
}

export const CLIENT_ID = "flowlord";
export const CLIENT_SECRET = "the secret of the client, at the provider";

/** A provider of OpenID Connect as others run it, on a port of this machine, which lets in whoever comes. */
export async function realProvider(
  t: TestContext,
  redirectUri: string,
  { isPublic = false, inToken = true } = {},
): Promise<TestProvider> {
  // What it says of its defaults to whoever would run it in earnest.
  for (const name of ["warn", "info"] as const) t.mock.method(console, name, () => undefined);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "one" };
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account: Account = { sub: "u-1", claims: { preferred_username: "ada", groups: ["ops"] } };
  const client: ClientMetadata = {
    client_id: CLIENT_ID,
    redirect_uris: [redirectUri],
    id_token_signed_response_alg: "ES256",
    ...(isPublic
      ? { token_endpoint_auth_method: "none" }
      : { client_secret: CLIENT_SECRET, token_endpoint_auth_method: "client_secret_post" }),
  };
  const provider = new RealProvider(issuer, {
    clients: [client],
    jwks: { keys: [jwk] },
    cookies: { keys: ["of the test"] },
    claims: { openid: ["sub"], profile: ["preferred_username", "groups", "email", "email_verified"] },
    conformIdTokenClaims: !inToken,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ ...account.claims, sub }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: CLIENT_ID, accountId: account.sub });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const made = {
    issuer,
    privateKey,
    account,
    broken: null as TestProvider["broken"],
    logIn,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("request", (request, response) => {
    if (made.broken !== null) made.broken(request, response);
    else if (request.url?.startsWith("/interaction/") === true)
      void provider.interactionFinished(request, response, { login: { accountId: account.sub } });
    else void answer(request, response);
  });
  t.after(() => made.stop());

  async function logIn(url: string): Promise<URL> {
    const jar = new Map<string, string>();
    for (let at = new URL(url); ;) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(at, { redirect: "manual", headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        jar.set(name, value);
      }
      const location = response.headers.get("location");
      if (location === null) throw new Error(`${at.href} answered ${response.status}: ${await response.text()}`);
      at = new URL(location, at);
      if (at.origin !== issuer) return at;
    }
  }

  return made;
}
