import { ownForms } from "../../contract/redact/own-forms.ts";
import { toError } from "../../contract/to-error.ts";
import type { Options } from "../options.ts";
import { secretsOf } from "../shown.ts";
import type { Building } from "./building.ts";

const MAX_PATTERNS = 100;
const MAX_PATTERN_LENGTH = 1000;
const REMEDY = "write a regular expression as RE2 has them, without lookaround and backreferences";

export function buildRedact(build: Building): Options["redact"] {
  const { settings } = build;
  const patterns = settings.list("redact.patterns");
  const refuse = (why: string, remedy = REMEDY): void =>
    build.fail("bad_value", "redact.patterns", `\`redact.patterns\`: ${why}`, remedy);
  if (patterns.length > MAX_PATTERNS) refuse(`there are more than ${MAX_PATTERNS}`, "join some of them with |");
  const usable = patterns.slice(0, MAX_PATTERNS).filter((pattern) => {
    const why = pattern.length > MAX_PATTERN_LENGTH ? `it is longer than ${MAX_PATTERN_LENGTH}` : faultOf(pattern);
    if (why !== null) refuse(`${JSON.stringify(pattern.slice(0, 100))}: ${why}`);
    return why === null;
  });
  return { keys: settings.list("redact.keys"), patterns: usable, secrets: secretsOf(settings) };
}

/** Null: none. */
function faultOf(pattern: string): string | null {
  try {
    ownForms([pattern]);
    return null;
  } catch (error) {
    return toError(error).message;
  }
}
