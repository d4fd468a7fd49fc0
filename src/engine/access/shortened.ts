/** Of a list or an object only so many entries are kept, of a text so many characters. */
const MAX_ENTRIES = 100;
const MAX_TEXT = 1000;
const MAX_DEPTH = 8;

/**
 * A copy of JSON that the audit log can keep for good: a request may have sixteen mebibytes. What is left out is counted
 * where it was.
 */
export function shortened(value: unknown, depth = 0): unknown {
  if (typeof value === "string") {
    const more = value.length - MAX_TEXT;
    return more > 0 ? `${value.slice(0, MAX_TEXT)}… (${more} more characters)` : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const kept = value.slice(0, MAX_ENTRIES).map((entry) => shortened(entry, depth + 1));
    const more = value.length - kept.length;
    return more > 0 ? [...kept, `… (${more} more)`] : kept;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, MAX_ENTRIES).map(([key, entry]) => [key, shortened(entry, depth + 1)] as const);
  const more = entries.length - kept.length;
  return Object.fromEntries(more > 0 ? [...kept, ["…", `${more} more`]] : kept);
}
