import type * as Client from "openid-client";
import { DomainError } from "../../../contract/domain-error.ts";
import { HOUR } from "../../../contract/time/time-units.ts";
import { toError } from "../../../contract/to-error.ts";

export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Empty = a public client. */
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly userClaim: string;
  readonly groupsClaim: string;
  /** Where the provider sends browsers back to. */
  readonly redirectUri: string;
}

export interface ProviderParts {
  /** Milliseconds that go on, whatever the clock is set to. */
  readonly monotonic: () => number;
  readonly onProblem: (error: Error) => void;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** How long (seconds) the provider may take for one answer. */
  readonly timeout?: number;
}

/** What one login needs at its end, and nobody else may know. */
export interface LoginSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who somebody is, as the provider says. */
export interface Identity {
  /** The provider and the user there: names may change hands, this does not. */
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

type Claims = Readonly<Record<string, unknown>>;

const TIMEOUT_SECONDS = 5;
/** What the provider says of itself is asked for again after this time. */
const KEPT_MS = HOUR;
/** The clocks of two machines differ by so many seconds. */
const CLOCK_SECONDS = 30;
const MOST_GROUPS = 1000;
/** Of the provider, in a line of the log. */
const LONGEST_WORDS = 500;

/** A provider of OpenID Connect, by the authorization code flow with PKCE. Its client is loaded at the first login. */
export class Provider {
  readonly #options: ProviderOptions;
  readonly #parts: ProviderParts;
  #found: Promise<Client.Configuration> | null = null;
  #foundAt = 0;

  constructor(options: ProviderOptions, parts: ProviderParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Where the browser goes to log in. Throws DomainError when the provider does not answer. */
  async begin(): Promise<{ readonly url: string; readonly secrets: LoginSecrets }> {
    const client = await import("openid-client");
    const provider = await this.#configuration(client);
    const secrets = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(provider, {
      redirect_uri: this.#options.redirectUri,
      scope: this.#options.scopes.join(" "),
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(secrets.verifier),
      code_challenge_method: "S256",
    });
    return { url: url.href, secrets };
  }

  /** `query`: what the provider sent the browser back with. Throws DomainError. */
  async finish(query: string, { state, nonce, verifier }: LoginSecrets): Promise<Identity> {
    const client = await import("openid-client");
    const provider = await this.#configuration(client);
    const current = new URL(this.#options.redirectUri);
    current.search = query;
    try {
      const tokens = await client.authorizationCodeGrant(provider, current, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("the answer has no ID token");
      return this.#identityOf(
        this.#hasAll(claims)
          ? claims
          : { ...(await this.#userInfo(client, provider, tokens.access_token, claims.sub)), ...claims },
      );
    } catch (error) {
      throw this.#refused(error, client);
    }
  }

  /** Asked once for all who log in at a time; a failure is not kept. */
  async #configuration(client: typeof Client): Promise<Client.Configuration> {
    const now = this.#parts.monotonic();
    if (this.#found === null || now - this.#foundAt > KEPT_MS) {
      this.#foundAt = now;
      this.#found = this.#discover(client);
    }
    const asked = this.#found;
    try {
      return await asked;
    } catch (error) {
      if (this.#found === asked) this.#found = null;
      throw this.#unavailable(toError(error));
    }
  }

  async #discover(client: typeof Client): Promise<Client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const { fetch: custom, timeout = TIMEOUT_SECONDS } = this.#parts;
    // oxlint-disable-next-line typescript/no-deprecated -- the configuration allows plain HTTP for a provider on this machine alone
    const allowHttp = issuer.startsWith("http:") ? [client.allowInsecureRequests] : [];
    return await client.discovery(
      new URL(issuer),
      clientId,
      {
        [client.clockTolerance]: CLOCK_SECONDS,
        ...(clientSecret === "" ? {} : { client_secret: clientSecret }),
      },
      clientSecret === "" ? client.None() : client.ClientSecretPost(clientSecret),
      {
        // Tokens come over TLS from the provider itself; their signature is checked all the same.
        execute: [client.enableNonRepudiationChecks, ...allowHttp],
        timeout,
        ...(custom === undefined
          ? {}
          : {
              [client.customFetch]: (url: string, init: Client.CustomFetchOptions) => custom(url, init),
            }),
      },
    );
  }

  #hasAll(claims: Claims): boolean {
    return claims[this.#options.userClaim] !== undefined && claims[this.#options.groupsClaim] !== undefined;
  }

  /** Some providers say there what they leave out of the token. */
  async #userInfo(
    client: typeof Client,
    provider: Client.Configuration,
    accessToken: string,
    subject: string,
  ): Promise<Claims> {
    if (provider.serverMetadata().userinfo_endpoint === undefined) return {};
    return await client.fetchUserInfo(provider, accessToken, subject);
  }

  #identityOf(claims: Claims): Identity {
    const { issuer, userClaim, groupsClaim } = this.#options;
    const name = claims[userClaim];
    const groups = [claims[groupsClaim] ?? []].flat().filter((group) => typeof group === "string");
    const subject = `${issuer} ${String(claims["sub"])}`;
    if (typeof name !== "string" || (userClaim === "email" && claims["email_verified"] === false))
      throw new DomainError(
        "unauthenticated",
        "oidc_refused",
        `The provider does not say ${userClaim} of this user, or says that it is not verified: oidc.user_claim of the configuration names what it does say.`,
      );
    return { subject, name, groups: groups.slice(0, MOST_GROUPS) };
  }

  /** What the provider refused, or said that does not hold. Its own words are for the log alone. */
  #refused(error: unknown, client: typeof Client): DomainError {
    if (error instanceof DomainError) return error;
    if (error instanceof client.AuthorizationResponseError)
      return new DomainError(
        "unauthenticated",
        "oidc_refused",
        `The provider did not log you in (${shortCode(error.error)}).`,
      );
    const failure = toError(error);
    const { code = "" } = failure as Error & { readonly code?: string };
    const isServers = error instanceof client.ResponseBodyError && error.status >= 500;
    if (failure instanceof TypeError || UNREACHED.has(code) || isServers) return this.#unavailable(failure);
    const told = error instanceof client.ResponseBodyError ? [error.error, error.error_description ?? ""] : [code];
    const words = [wordsOf(failure), ...told].filter((part) => part !== "").join(", ");
    this.#parts.onProblem(
      new Error(`A login at ${this.#options.issuer} was refused: ${words.slice(0, LONGEST_WORDS)}`),
    );
    const [why = ""] = told;
    return new DomainError(
      "unauthenticated",
      "oidc_refused",
      `What the provider says of this login does not hold (${shortCode(why)}): begin again; the log of Flowlord says more.`,
    );
  }

  #unavailable(error: Error): DomainError {
    const { issuer } = this.#options;
    this.#parts.onProblem(new Error(`The provider ${issuer} cannot be asked: ${wordsOf(error)}`));
    return new DomainError(
      "unavailable",
      "oidc_unavailable",
      `The provider ${new URL(issuer).host} does not answer as it should: try again later, or log in with a password of Flowlord.`,
      { cause: error },
    );
  }
}

/** Of the client: no answer, or none that is one. */
const UNREACHED: ReadonlySet<string> = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
  "OAUTH_RESPONSE_IS_NOT_JSON",
  "OAUTH_PARSE_ERROR",
]);

function shortCode(text: string): string {
  return /^[\w.-]{1,60}$/.test(text) ? text : "no reason that can be shown";
}

/** With its causes: those of `fetch` say why. */
function wordsOf(error: Error): string {
  const words = [error.message];
  for (let { cause } = error; cause instanceof Error && words.length < 4; { cause } = cause) words.push(cause.message);
  return words.join(": ").slice(0, LONGEST_WORDS);
}
