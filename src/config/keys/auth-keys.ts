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
  session_lifetime: {
    kind: "duration",
    standard: '"7d"',
    about: "A login ends this long after it began; at least 1m.",
  },
};
