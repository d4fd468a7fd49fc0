import type { SectionTable } from "./key-spec.ts";

/** Keys of `[auth]`: who may use the HTTP server. */
export const AUTH_KEYS: SectionTable = {
  required: {
    kind: "boolean",
    standard: "false",
    about:
      "Ask for a login also while there is no user, and of callers of this machine; the start then prints a setup token for the first admin.",
  },
  session_idle: {
    kind: "duration",
    standard: '"12h"',
    about: "A login ends this long after its last request; at least 1m.",
  },
  requests_per_second: {
    kind: "integer",
    standard: "200",
    about:
      "Requests of one user, key or address; ten seconds' worth may come at once. 0: no limit. Callers of this machine have none.",
  },
  trusted_proxies: {
    kind: "list",
    standard: "[]",
    about:
      "Addresses and networks of reverse proxies, as in `127.0.0.1` or `10.1.0.0/16`, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; empty: nobody's.",
  },
  proxy_user_header: {
    kind: "string",
    standard: '""',
    about:
      "The header, as in `X-Remote-User`, in which a trusted proxy says who has logged in to it; the name must be that of a user here. Empty: no header is believed.",
  },
  session_lifetime: {
    kind: "duration",
    standard: '"7d"',
    about: "A login ends this long after it began; at least 1m.",
  },
};
