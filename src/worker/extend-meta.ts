import { queryEscape, queryUnescape } from "../core/text/query.ts";
import type { Outcome } from "./task.ts";

/** Keys by which Flowlord knows which record a message answers; a worker that changed them would answer another one. */
const RESERVED_KEYS = new Set(["workflow", "retry", "retried", "delayed"]);

/**
 * A task's meta with a handler's keys laid over it. Pairs that are not replaced stay the text they were.
 * `refused` names the keys that belong to Flowlord and were left as they stood.
 */
export function extendMeta(meta: string, extra: NonNullable<Outcome["meta"]>): { meta: string; refused: string[] } {
  const added = typeof extra === "string" ? pairsOf(extra) : Object.entries(extra).map(pairOf);
  const refused = added.filter(([key]) => RESERVED_KEYS.has(key)).map(([key]) => key);
  const accepted = added.filter(([key]) => !RESERVED_KEYS.has(key));
  const replaced = new Set(accepted.map(([key]) => key));
  const remaining = pairsOf(meta).filter(([key]) => !replaced.has(key));
  return { meta: [...remaining, ...accepted].map(([, text]) => text).join("&"), refused };
}

/** A key with a bad escape stands for itself: no other key equals it. */
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
