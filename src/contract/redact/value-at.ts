import { MASK } from "./mask.ts";

/** The value: in quotes, a list, up to where such a value ends, or the rest of a header. */
const QUOTE = /\\{0,8}["']/y;
const LIST = /\[[^\]{]*\]?/y;
const WORD = /(?:(?:bearer|basic|digest|token)\s+)?[^\s&"'\\]+/iy;
const JSON_WORD = /[^\s,}\]"'\\]+/y;
const HEADER = /[^\r\n&"'\\]+/y;
/** No secrets, and what has its own keys. */
const NO_SECRET = /^(?:null|true|false|\{.*)$/;

/** Whether the value of a header of this name may have several words. */
export function isHeaderName(key: string): boolean {
  return /(?:authorization|cookie)$/i.test(key);
}

export interface ValueContext {
  /** The quote that ended its key. */
  readonly close: string | undefined;
  readonly isHeader: boolean;
}

/** What is shown for the value that begins there, and where it ends. Null: no secret. */
export function valueAt(
  text: string,
  from: number,
  { close, isHeader }: ValueContext,
): { readonly shown: string; readonly end: number } | null {
  const quote = matchAt(QUOTE, text, from);
  if (quote !== null) return { shown: quote + MASK + quote, end: endOfQuoted(text, from + quote.length, quote) };
  const mask = close === undefined ? MASK : close + MASK + close;
  const list = matchAt(LIST, text, from);
  if (list !== null) return { shown: `[${mask}]`, end: from + list.length };
  const plain = isHeader ? HEADER : WORD;
  const word = matchAt(close === undefined ? plain : JSON_WORD, text, from);
  if (word === null || NO_SECRET.test(word)) return null;
  return { shown: mask, end: from + word.length };
}

function matchAt(form: RegExp, text: string, at: number): string | null {
  form.lastIndex = at;
  return form.exec(text)?.[0] ?? null;
}

/** Behind the quote that ends the value; the end of the text where none does. */
function endOfQuoted(text: string, from: number, quote: string): number {
  const mark = quote.at(-1) ?? "";
  const depth = quote.length - 1;
  for (let at = text.indexOf(mark, from); at !== -1; at = text.indexOf(mark, at + 1)) {
    let before = 0;
    while (text[at - 1 - before] === "\\" && at - before > from) before += 1;
    // Within a string of JSON, a quote of the value has more of them.
    if (depth === 0 ? before % 2 === 0 : before <= depth) return at + 1;
  }
  return text.length;
}
