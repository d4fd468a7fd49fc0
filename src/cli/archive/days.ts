import { InvalidArgumentError } from "commander";

/** Of the flags that name days (UTC) of an archive. */
export function dayOf(text: string): string {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // 2026-02-30 would be read as a day in March.
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError("Write a day as in 2026-01-31.");
}
