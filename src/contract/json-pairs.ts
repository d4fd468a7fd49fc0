import { toError } from "./to-error.ts";
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** One pair of a JSON object as written in the text; `value` is the JSON of the value. */
export interface JsonPair {
  readonly key: string;
  readonly value: string;
}

/**
 * The pairs of a JSON object in the order of the text, repeated keys included: `JSON.parse` keeps only the last of those,
 * at the position of the first, and rounds large numbers. Null when the text is JSON but not an object.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function jsonPairs(text: string): JsonPair[] | null {
  const parsed: unknown = JSON.parse(text);
  return isObject(parsed) ? splitPairs(text) : null;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How many pairs a JSON object has at its top level: more than it has keys when some repeat. */
export function countPairs(text: string): number {
  let count = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    else if (code === COLON && depth === 1) count++;
  }
  return count;
}

/** Of the text of a valid JSON object. */
function splitPairs(text: string): JsonPair[] {
  const pairs: JsonPair[] = [];
  let depth = 0;
  let start = 0;
  let colon = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at);
    else if (code === COLON && depth === 1) colon = at;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (depth === 0) start = at + 1;
      depth++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET || (code === COMMA && depth === 1)) {
      if (depth === 1 && colon >= 0) {
        pairs.push({ key: JSON.parse(text.slice(start, colon)), value: text.slice(colon + 1, at).trim() });
        colon = -1;
        start = at + 1;
      }
      if (code !== COMMA) depth--;
    }
  }
  return pairs;
}

/** Index of the quote that closes the string opened at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** A key in lower case, folded as Go compares keys: `ſ` is an s, the Kelvin sign a k. */
export function foldKey(key: string): string {
  return key.toLowerCase().replaceAll("ſ", "s");
}

/** What is wrong with a text that is not JSON, without the piece of it that V8 quotes: a secret in it would have lost its name. */
export function jsonFault(error: unknown): string {
  return toError(error).message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, "");
}
