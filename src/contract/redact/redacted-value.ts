import { MASK } from "./mask.ts";
import type { Redact } from "./redact.ts";

const MAX_TEXT = 500;
/** A secret that begins within the text that is kept ends before this. */
const MAX_LOOKED_AT = 2000;
const MAX_ENTRIES = 20;
const MAX_DEPTH = 5;

/** The value with every secret in it hidden, no larger than an entry of the audit log may be. */
export function redactedValue(value: unknown, redact: Redact, key = "", depth = 0): unknown {
  if (key !== "" && value !== null && value !== undefined && redact.isSecret(key)) return MASK;
  if (typeof value === "string") {
    const text = redact.text(value.slice(0, MAX_LOOKED_AT));
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ENTRIES).map((entry) => redactedValue(entry, redact, "", depth + 1));
    return value.length > MAX_ENTRIES ? [...shown, `… and ${value.length - MAX_ENTRIES} more`] : shown;
  }
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, one]) => [redact.text(name), redactedValue(one, redact, name, depth + 1)]),
  );
}
