import { DEFAULT_RULES, redactor } from "../../core/text/redact.ts";
import { toError } from "../../contract/to-error.ts";
import type { Options } from "../options.ts";
import type { Building } from "./building.ts";

export function buildRedact(build: Building): Options["redact"] {
  const own = build.settings.list("redact.patterns");
  for (const pattern of own) {
    try {
      redactor({ keys: [], patterns: [pattern] });
    } catch (error) {
      const message = `\`redact.patterns\`: ${toError(error).message}`;
      build.fail("bad_value", "redact.patterns", message, "write a regular expression as JavaScript has them");
    }
  }
  return { keys: build.settings.list("redact.keys"), patterns: [...DEFAULT_RULES.patterns, ...own] };
}
