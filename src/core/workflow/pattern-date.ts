import { pathTime } from "../task/task-time.ts";

/** Alternatives that are tried; a pattern with more counts as one that may bring a date. */
const MAX_ALTERNATIVES = 64;

/**
 * Whether a path that the pattern matches can have a date in it. A `*` can stand for a date. Elsewhere the letters must
 * form one when each `?` and each `[…]` is a digit.
 */
export function canBringDate(pattern: string, language: "files" | "files_glob"): boolean {
  if (pattern.includes("*")) return true;
  const texts = language === "files" ? [pattern] : alternatives(pattern);
  if (texts === null) return true;
  return texts.some((text) => pathTime(text.replace(/\[[^\]]*\]|\?/g, "1")) !== null);
}

/** Each way to read `{a,b}`; null: too many, or nested. */
function alternatives(pattern: string): readonly string[] | null {
  const open = /\{([^{}]*)\}/.exec(pattern);
  if (open === null) return /[{}()]/.test(pattern) ? null : [pattern];
  const found: string[] = [];
  for (const one of (open[1] ?? "").split(",")) {
    const rest = alternatives(pattern.slice(0, open.index) + one + pattern.slice(open.index + open[0].length));
    if (rest === null || found.length + rest.length > MAX_ALTERNATIVES) return null;
    found.push(...rest);
  }
  return found;
}
