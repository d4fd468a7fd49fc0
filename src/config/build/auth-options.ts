import { isIP } from "node:net";
import { MINUTE } from "../../contract/time/time-units.ts";
import type { Options } from "../options.ts";
import type { Building } from "./building.ts";

export function buildAuth(build: Building): Options["auth"] {
  return {
    required: build.settings.on("auth.required"),
    sessionIdle: spanOf(build, "auth.session_idle"),
    sessionLifetime: spanOf(build, "auth.session_lifetime"),
    requestsPerSecond: perSecondOf(build),
    trustedProxies: proxiesOf(build),
    proxyUserHeader: userHeaderOf(build),
  };
}

function spanOf(build: Building, key: string): number {
  const span = build.millis(key);
  if (span < MINUTE) build.fail("bad_value", key, `\`${key}\` is below one minute`, 'write it as in "12h"');
  return span;
}

function perSecondOf(build: Building): number {
  const rate = build.settings.integer("auth.requests_per_second");
  if (rate < 0 || rate > 100_000)
    build.fail(
      "bad_value",
      "auth.requests_per_second",
      "`auth.requests_per_second` is not from 0 to 100,000",
      "write it as in 200, or 0 for no limit",
    );
  return rate;
}

function proxiesOf(build: Building): readonly string[] {
  const proxies = build.settings.list("auth.trusted_proxies");
  for (const proxy of proxies) {
    const [address = "", bits, ...rest] = proxy.split("/");
    const family = isIP(address);
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
    if (family === 0 || !isNetwork || rest.length > 0)
      build.fail(
        "bad_value",
        "auth.trusted_proxies",
        `\`auth.trusted_proxies\`: ${proxy} is no address and no network`,
        'write it as in "10.1.2.3" or "10.1.0.0/16"',
      );
  }
  return proxies;
}

function userHeaderOf(build: Building): string {
  const header = build.settings.text("auth.proxy_user_header").toLowerCase();
  if (!/^[a-z0-9-]{0,100}$/.test(header))
    build.fail(
      "bad_value",
      "auth.proxy_user_header",
      "`auth.proxy_user_header` is no name of a header",
      'write it as in "X-Remote-User"',
    );
  else if (header !== "" && build.settings.list("auth.trusted_proxies").length === 0)
    build.fail(
      "bad_value",
      "auth.proxy_user_header",
      "`auth.proxy_user_header` is set, and no proxy is trusted: anybody could send the header",
      "name the proxy in auth.trusted_proxies",
    );
  return header;
}
