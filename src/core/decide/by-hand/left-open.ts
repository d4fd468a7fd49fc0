import { metaKeyOf, openTokens } from "../../task/open-tokens.ts";
import type { Values } from "../../task/values.ts";
import type { Phase } from "../../workflow/phase.ts";

/** A task that a person wants. */
interface WantedTask {
  readonly info: string;
  readonly meta: Values;
  /** Null: no phase makes it. */
  readonly phase: Phase | null;
  /** Its info was written by the person, not made of the template. */
  readonly isWritten: boolean;
}

/**
 * What such a task lacks, each token and key named, and what to give, as one sentence; null: nothing. Ticks, files and parents send
 * such a task as the older program did (`open_tokens`); a person is there to be asked.
 */
export function leftOpen({ info, meta, phase, isWritten }: WantedTask): string | null {
  const tokens = openTokens(info);
  const required = (phase?.rule.require ?? []).filter((key) => (meta.get(key)?.[0] ?? "") === "");
  if (tokens.length === 0 && required.length === 0) return null;
  const lacks: string[] = [];
  if (tokens.length > 0) lacks.push(`${tokens.join(", ")} stay${tokens.length === 1 ? "s" : ""} open in its info`);
  if (required.length > 0) lacks.push(`its meta has no value for ${required.join(", ")}, which the phase requires`);
  const keys = tokens.map(metaKeyOf).filter((key) => key !== null);
  const named = [...new Set([...(isWritten ? [] : keys), ...required])];
  const remedies: string[] = [];
  if (named.length > 0) remedies.push(`give --meta '${named.map((key) => `${key}=…`).join("&")}'`);
  if (isWritten && tokens.length > 0) remedies.push("write the values into the text of --info, which is sent as it is");
  if (!isWritten && keys.length < tokens.length)
    remedies.push("give --at a time of the years 1000 to 9999, or the complete text with --info");
  return `${lacks.join("; ")}: ${remedies.join("; ")}`;
}
