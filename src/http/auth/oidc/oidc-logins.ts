import { DomainError } from "../../../contract/domain-error.ts";
import { MINUTE } from "../../../contract/time/time-units.ts";
import { isSameSecret } from "../../../engine/access/secrets.ts";
import type { Identity, LoginSecrets, Provider } from "./provider.ts";
import { Seal } from "./sealed.ts";

/** How long (ms) somebody may take to log in at the provider. */
export const LOGIN_MS = 10 * MINUTE;

/** Where the provider sends browsers back to. */
export const CALLBACK = "/api/login/oidc/callback";

export interface BegunLogin {
  /** Where the browser goes. */
  readonly url: string;
  /** What it brings back, in a cookie. */
  readonly sealed: string;
}

/** Logins at a provider, of which nothing is stored until they are done. */
export class OidcLogins {
  readonly #provider: Pick<Provider, "begin" | "finish">;
  readonly #publicUrl: string;
  readonly #now: () => number;
  readonly #seal = new Seal();

  constructor(provider: Pick<Provider, "begin" | "finish">, publicUrl: string, now: () => number) {
    this.#provider = provider;
    this.#publicUrl = publicUrl;
    this.#now = now;
  }

  /** Whether browsers come over TLS. */
  get isSecure(): boolean {
    return this.#publicUrl.startsWith("https:");
  }

  /** `next`: where the browser goes when it is logged in. Throws DomainError. */
  async begin(next: string): Promise<BegunLogin> {
    const { url, secrets } = await this.#provider.begin();
    const { state, nonce, verifier } = secrets;
    return { url, sealed: this.#seal.seal(JSON.stringify([state, nonce, verifier, next]), this.#now() + LOGIN_MS) };
  }

  /** `sealed`: null where the browser brings none. `query`: what the provider sent it back with. Throws DomainError. */
  async finish(
    sealed: string | null,
    query: URLSearchParams,
  ): Promise<{ readonly identity: Identity; readonly next: string }> {
    const opened = sealed === null ? null : this.#seal.open(sealed, this.#now());
    if (opened === null) throw this.#lost("this browser has begun no login in the last ten minutes");
    const [state, nonce, verifier, next] = JSON.parse(opened) as [string, string, string, string];
    const secrets: LoginSecrets = { state, nonce, verifier };
    if (!isSameSecret(query.getAll("state").join(" "), state))
      throw this.#lost("this is the answer to another login than the one that this browser began last");
    return { identity: await this.#provider.finish(query.toString(), secrets), next };
  }

  #lost(why: string): DomainError {
    return new DomainError(
      "malformed",
      "login_lost",
      `Nobody is logged in: ${why}. Begin again at ${this.#publicUrl}/api/login/oidc.`,
    );
  }
}
