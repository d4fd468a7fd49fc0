import { DEFAULT_RULES } from "../../contract/redact/rules.ts";
import type { SectionTable } from "./key-spec.ts";

/** Keys of `[redact]`: what is hidden wherever it is shown or leaves. */
export const REDACT_KEYS: SectionTable = {
  keys: {
    kind: "list",
    standard: JSON.stringify(DEFAULT_RULES.keys).replaceAll(",", ", "),
    about:
      "Names of keys whose values are masked, in meta, info, messages and JSON; `*` is any characters, and upper and lower case, `_` and `-` make no difference.",
  },
  patterns: {
    kind: "list",
    standard: "[]",
    about:
      "Regular expressions (RE2: no lookaround, no backreferences) of texts that are masked, besides those of well-known keys and tokens and of logins in URLs.",
  },
};
