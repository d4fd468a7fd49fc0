import { isObject } from "../json-pairs.ts";
import { metaPairs } from "../query/terms.ts";
import type { Redact } from "./redact.ts";

const MAX_DEPTH = 5;

/** The values of a task's secret keys: its command may print them without their names. */
export function taskSecrets(
  { info, meta }: { readonly info: string; readonly meta: string },
  redact: Pick<Redact, "isSecret">,
): readonly string[] {
  const pairs = [...metaPairs(meta), ...metaPairs(info.replace(/^.*?\?/s, "")), ...jsonPairs(parsed(info))];
  return pairs.flatMap(([key, value]) => (redact.isSecret(key) ? [value] : [...nested(value, redact)]));
}

function nested(value: string, redact: Pick<Redact, "isSecret">): readonly string[] {
  return jsonPairs(parsed(value)).flatMap(([key, one]) => (redact.isSecret(key) ? [one] : []));
}

/** The texts and numbers in it with their keys, however deep. */
function jsonPairs(value: unknown, key = "", depth = 0): readonly (readonly [key: string, value: string])[] {
  if (typeof value === "string" || typeof value === "number") return key === "" ? [] : [[key, String(value)]];
  if (depth === MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((one) => jsonPairs(one, key, depth + 1));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => jsonPairs(one, name, depth + 1));
}

function parsed(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: it has no keys of JSON.
    return null;
  }
}
