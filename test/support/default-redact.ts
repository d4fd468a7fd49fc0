import { redactor } from "../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../src/contract/redact/rules.ts";

/** As it is without a configuration. */
export const DEFAULT_REDACT = redactor(DEFAULT_RULES);
