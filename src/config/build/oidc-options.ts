import { GrantsError, parseGrants } from "../../contract/api/access/grants.ts";
import type { OidcOptions } from "../options.ts";
import type { Building } from "./building.ts";

/** Only this machine reads what is sent to these. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Null: nobody logs in at a provider. */
export function buildOidc(build: Building): OidcOptions | null {
  const { settings } = build;
  if (settings.text("oidc.issuer") === "") return null;
  const issuer = urlOf(build, "oidc.issuer", "https://login.example.com");
  const publicUrl = urlOf(build, "oidc.public_url", "https://flowlord.example.com");
  if (publicUrl !== null && (publicUrl.pathname !== "/" || publicUrl.search !== ""))
    build.fail(
      "bad_value",
      "oidc.public_url",
      "`oidc.public_url` has a path",
      "give Flowlord a host name of its own: its cookies are for a whole host",
    );
  const clientId = settings.text("oidc.client_id");
  if (clientId === "") missing(build, "client_id", "write the name under which the provider knows Flowlord");
  const scopes = settings.list("oidc.scopes");
  if (!scopes.includes("openid") || scopes.some((scope) => !/^[!#-[\]-~]+$/.test(scope)))
    build.fail(
      "bad_value",
      "oidc.scopes",
      "`oidc.scopes` lacks openid, or has one with a space",
      'write ["openid", …]',
    );
  const options = {
    issuer: issuer?.href ?? "",
    clientId,
    clientSecret: settings.text("oidc.client_secret"),
    publicUrl: publicUrl?.origin ?? "",
    scopes,
    userClaim: claimOf(build, "user_claim"),
    groupsClaim: claimOf(build, "groups_claim"),
    groups: groupsOf(build),
  };
  warnOfPlainCookies(build, options);
  return options;
}

function urlOf(build: Building, key: string, example: string): URL | null {
  const text = build.settings.text(key);
  const remedy = `write it as in ${JSON.stringify(example)}`;
  if (text === "") missing(build, key.slice("oidc.".length), remedy);
  else if (!URL.canParse(text) || !/^https?:/i.test(text) || /[\s@#]/.test(text))
    build.fail("bad_value", key, `\`${key}\` is not an https URL without a login`, remedy);
  else {
    const url = new URL(text);
    if (url.protocol === "https:" || LOOPBACK.test(url.hostname)) return url;
    build.fail("bad_value", key, `\`${key}\` is plain HTTP: logins could be read on the way`, remedy);
  }
  return null;
}

/** Where people reach the instance in a browser, without a slash at its end; null: nobody said. */
export function buildPublicUrl(build: Building, oidc: OidcOptions | null): string | null {
  const text = build.settings.text("public_url");
  if (text === "") return oidc?.publicUrl ?? null;
  const url = URL.canParse(text) && /^https?:/i.test(text) && !/[\s@#?]/.test(text) ? new URL(text) : null;
  if (url !== null && url.pathname === "/") return url.origin;
  build.fail(
    "bad_value",
    "public_url",
    "`public_url` is not an http or https URL without login and path",
    'write it as in "https://flowlord.example.com"',
  );
  return null;
}

function missing(build: Building, key: string, remedy: string): void {
  build.fail("missing", "oidc.issuer", `\`oidc.issuer\` is set, and \`oidc.${key}\` is not`, remedy);
}

function claimOf(build: Building, name: string): string {
  const claim = build.settings.text(`oidc.${name}`);
  if (claim === "")
    build.fail("bad_value", `oidc.${name}`, `\`oidc.${name}\` is empty`, "remove the key for its default, or name one");
  return claim;
}

function groupsOf(build: Building): ReadonlyMap<string, string> {
  const groups = new Map(Object.entries(build.settings.table("oidc.groups")));
  for (const [group, role] of groups) {
    try {
      parseGrants(role);
    } catch (error) {
      if (!(error instanceof GrantsError)) throw error;
      const message = `\`oidc.groups\`: what ${JSON.stringify(group)} gives is no role`;
      build.fail("bad_value", "oidc.groups", message, error.message);
    }
  }
  if (groups.size === 0)
    missing(build, "groups", 'say which group gives which role, as in groups = { "data-ops" = "operator" }');
  return groups;
}

/** A browser keeps the cookie of a login for TLS alone where the server knows that it is reached over TLS. */
function warnOfPlainCookies(build: Building, { publicUrl }: OidcOptions): void {
  const { settings } = build;
  const knowsTls = settings.text("tls.certificate") !== "" || settings.list("auth.trusted_proxies").length > 0;
  if (publicUrl.startsWith("https:") && !knowsTls)
    build.warn(
      "plain_cookies",
      "oidc.public_url",
      "browsers come over TLS, and the server does not know: its cookies are not kept for TLS alone",
      "set [tls], or name the proxy in auth.trusted_proxies",
    );
}
