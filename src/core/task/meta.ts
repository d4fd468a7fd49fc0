import { compareBytes } from "../text/byte-text.ts";
import type { Values } from "./values.ts";
import { parseQuery, queryEscape } from "../text/query.ts";

/** Characters that a decoded value may not contain: it would be read back differently (docs/compatibility.md, O1). */
const UNSAFE_IN_VALUE = /[&%+;]/;
const UNSAFE_IN_KEY = /[&%+;=]/;

/** A task's meta. Parts that cannot be read are left out, as the older program did. */
export function parseMeta(text: string): Map<string, string[]> {
  return parseQuery(text).values;
}

/** Meta of batch, backload and file tasks: keys sorted, readable, escaped only where needed to read it back. */
export function sortedMeta(values: Values): string {
  return write(sortedPairs(values), readable);
}

/** Meta of ticks and children: in the order given, readable, escaped only where needed to read it back. */
export function orderedMeta(pairs: readonly (readonly [string, string])[]): string {
  return write(pairs, readable);
}

/** Meta of retries and failed tasks: keys sorted, everything escaped, as Go's `url.Values.Encode` writes. */
export function encodedMeta(values: Values): string {
  return write(sortedPairs(values), queryEscape);
}

function write(pairs: Iterable<readonly [string, string]>, escape: (text: string, unsafe: RegExp) => string): string {
  let text = "";
  let separator = "";
  for (const [key, value] of pairs) {
    text += `${separator}${escape(key, UNSAFE_IN_KEY)}=${escape(value, UNSAFE_IN_VALUE)}`;
    separator = "&";
  }
  return text;
}

function readable(text: string, unsafe: RegExp): string {
  return unsafe.test(text) ? queryEscape(text) : text;
}

function* sortedPairs(values: Values): Iterable<readonly [string, string]> {
  for (const key of [...values.keys()].toSorted(compareBytes)) {
    for (const value of values.get(key) ?? []) yield [key, value];
  }
}
