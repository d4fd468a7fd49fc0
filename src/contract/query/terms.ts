/**
 * Words of a text, as searches see them: runs of letters and digits, without regard to case and accents. The index and
 * the queries fold them the same way.
 */
const ASCII = /^[\u0000-\u007f]*$/;
const ASCII_TERM = /[a-z0-9]+/g;
const ANY_TERM = /[\p{L}\p{N}]+/gu;
const TERM_PATTERN = /[\p{L}\p{N}*]+/gu;
const MARKS = /\p{M}+/gu;

/** In their order. */
export function termsOf(text: string): readonly string[] {
  const folded = fold(text);
  return folded.match(ASCII.test(folded) ? ASCII_TERM : ANY_TERM) ?? [];
}

/** The same for text in which `*` matches a part of a word. */
export function termPatternsOf(text: string): readonly string[] {
  return fold(text).match(TERM_PATTERN) ?? [];
}

function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase().normalize("NFKC");
}

/** Keys and values of a meta, decoded where possible; other parts stay as they are. */
export function metaPairs(meta: string): readonly (readonly [key: string, value: string])[] {
  if (meta === "") return [];
  return meta
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
}

/** Keys and values of a meta as a text for people and searches. */
export function metaText(meta: string): string {
  if (!meta.includes("%") && !meta.includes("+")) return meta;
  return metaPairs(meta)
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
}

function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Not UTF-8, or not an escape: searches see it like this too.
    return spaced;
  }
}
