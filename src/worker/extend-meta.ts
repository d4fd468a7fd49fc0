import { queryEscape, queryUnescape } from "../core/text/query.ts";
import type { Outcome } from "./task.ts";

/** Keys that identify the record a message answers; with other values it would answer another record. */
const RESERVED_KEYS = new Set(["workflow", "retry", "retried", "delayed"]);

/**
 * Merges a handler's keys into a task's meta. Other pairs keep their exact text. `refused` lists the keys that are
 * reserved for Flowlord and were left unchanged.
 */
export function extendMeta(meta: string, extra: NonNullable<Outcome["meta"]>): { meta: string; refused: string[] } {
  const added = typeof extra === "string" ? pairsOf(extra) : Object.entries(extra).map(pairOf);
  const refused = added.filter(([key]) => RESERVED_KEYS.has(key)).map(([key]) => key);
  const accepted = added.filter(([key]) => !RESERVED_KEYS.has(key));
  const replaced = new Set(accepted.map(([key]) => key));
  const remaining = pairsOf(meta).filter(([key]) => !replaced.has(key));
  return { meta: [...remaining, ...accepted].map(([, text]) => text).join("&"), refused };
}

/** A key with an invalid escape is used as it is: no other key equals it. */
function pairsOf(query: string): [key: string, text: string][] {
  return query
    .split("&")
    .filter((text) => text !== "")
    .map((text) => {
      const key = text.split("=", 1)[0] ?? "";
      return [queryUnescape(key) ?? key, text];
    });
}

function pairOf([key, value]: [string, string]): [key: string, text: string] {
  return [key, `${queryEscape(key)}=${queryEscape(value)}`];
}
