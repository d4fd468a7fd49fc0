import { MASK } from "./mask.ts";
import { ownForms, type OwnForms } from "./own-forms.ts";
import { BUILT_IN } from "./rules.ts";
import type { RedactRules } from "./rules.ts";
import { spellingsOf } from "./spellings.ts";
import { isHeaderName, valueAt } from "./value-at.ts";

export interface Redact {
  /** Any text: a message, an info, a meta, JSON, a line of a log. */
  text(text: string): string;
  /** Whether the value of a key of this name is hidden. */
  isSecret(key: string): boolean;
  /** Every text in an answer, however deep, and every name in it. */
  all<T>(value: T): T;
}

/** A key before its value: as in a query string, a header, JSON, also JSON in a string of JSON. */
const KEY = /([A-Za-z][\w.-]{0,99})(\\{0,8}["'])?(\s?[=:]\s{0,4}|%3[Dd])/g;
/** Behind the name of a file: line and column, as in `secret.toml:3:1: error`, which is no value. */
const PLACE = /\d{1,7}:\d{1,7}: /y;
/** What may be percent-encoded, and where such a piece ends. */
const PIECE = /[^\s&="'\\]+/g;
const ENCODED_KEY = /([^\s&="'\\?]{0,99}%[0-9A-Fa-f]{2}[^\s&="'\\]{0,99})=([^\s&"'\\]+)/g;
const ESCAPE = /%[0-9A-Fa-f]{2}|\+/;
/** Encoded so often, and not more, a secret is found. */
const MAX_ENCODED = 2;

/**
 * Most texts have no secret, and are left alone after one look with one compiled expression, and with one of the own forms where
 * there are some. The time is proportional to the length of the text, whatever is in it. Throws SyntaxError for an own form that
 * is no regular expression.
 */
export function redactor({ keys, patterns, secrets }: RedactRules): Redact {
  const names = keys.map((key) => folded(key).split("*").map(escaped).join(".*"));
  const isKey = new RegExp(`^(?:${names.join("|")})$`);
  const stems = keys.map((key) => longestPiece(folded(key)).split("").map(escaped).join("[_-]?"));
  const spellings = spellingsOf(secrets);
  const forms = new RegExp([...spellings.map(escaped), ...BUILT_IN.map(({ form }) => form)].join("|"), "g");
  // What no text without a secret has: most have none, and are left alone after one look. In lower case, because an expression
  // that ignores case takes longer.
  const signs = new RegExp([...stems, ...spellings.map(signOf), ...BUILT_IN.map(({ has }) => has)].join("|"));
  const hasSign = (text: string): boolean => signs.test(text.toLowerCase());
  const own: OwnForms | null = patterns.length === 0 ? null : ownForms(patterns);
  const hasKeys = keys.length > 0;
  /** The fields of answers are few, and come with each row. */
  const judged = new Map<string, { readonly isSecret: boolean; readonly shown: string }>();

  function judge(name: string): { readonly isSecret: boolean; readonly shown: string } {
    const known = judged.get(name);
    if (known !== undefined) return known;
    const found = { isSecret: hasKeys && isKey.test(folded(name)), shown: hide(name, 0) };
    if (judged.size < MAX_JUDGED) judged.set(name, found);
    return found;
  }

  const isSecret = (key: string): boolean => judge(key).isSecret;
  const mayHide = (text: string): boolean => hasSign(text) || own?.isIn(text) === true;

  function hideValues(text: string): string {
    let hidden = "";
    let done = 0;
    KEY.lastIndex = 0;
    for (let found = KEY.exec(text); found !== null; found = KEY.exec(text)) {
      const [whole, key = "", close, between = ""] = found;
      const after = KEY.lastIndex;
      const isHidden = isSecret(key);
      // Judging a key looks for keys in it.
      KEY.lastIndex = after;
      if (!isHidden) continue;
      const from = found.index + whole.length;
      PLACE.lastIndex = from;
      if (key.includes(".") && PLACE.test(text)) continue;
      const value = valueAt(text, from, { close, isHeader: between.includes(":") && isHeaderName(key) });
      if (value === null) continue;
      hidden += text.slice(done, from) + value.shown;
      done = value.end;
      KEY.lastIndex = done;
    }
    return hidden + text.slice(done);
  }

  /** Each encoded piece is decoded, and encoded again where there was something to hide. */
  function hideEncoded(text: string, depth: number): string {
    const whole = decoded(text);
    if (whole !== null && !mayHide(whole) && !ESCAPE.test(whole)) return text;
    return text
      .replaceAll(ENCODED_KEY, (pair, key: string) => (isSecret(decoded(key) ?? key) ? `${key}=${MASK}` : pair))
      .replaceAll(PIECE, (piece) => {
        const plain = ESCAPE.test(piece) ? decoded(piece) : null;
        if (plain === null) return piece;
        const hidden = hide(plain, depth + 1);
        if (hidden === plain) return piece;
        const encoded = encodeURIComponent(hidden.toWellFormed());
        return piece.includes("+") ? encoded.replaceAll("%20", "+") : encoded;
      });
  }

  function hide(text: string, depth: number): string {
    let hidden = own === null ? text : own.hide(text, MASK);
    if (hasSign(hidden)) {
      hidden = hidden.replaceAll(forms, MASK);
      if (hasKeys) hidden = hideValues(hidden);
    }
    return depth < MAX_ENCODED && ESCAPE.test(hidden) ? hideEncoded(hidden, depth) : hidden;
  }

  function hideAll(value: unknown, key: string): unknown {
    if (typeof value === "string") return key !== "" && value !== "" && isSecret(key) ? MASK : hide(value, 0);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((entry) => hideAll(entry, key));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [judge(name).shown, hideAll(one, name)]));
  }

  return { isSecret, text: (text) => hide(text, 0), all: <T>(value: T) => hideAll(value, "") as T };
}

const MAX_JUDGED = 1000;

/** Null: there is an escape in it that is none of UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // Shown as it is, after the forms of plain texts were looked for.
    return null;
  }
}

/** What is in lower case the same in every text. */
function signOf(spelling: string): string {
  const [first = "", ...others] = spelling.toLowerCase().match(/[\u0000-\u007f]+/g) ?? [];
  const longest = others.reduce((one, other) => (other.length > one.length ? other : one), first);
  return longest === "" ? "[^\\u0000-\\u007f]" : escaped(longest);
}

function longestPiece(key: string): string {
  return key.split("*").reduce((one, other) => (other.length > one.length ? other : one));
}

function folded(key: string): string {
  return key.toLowerCase().replaceAll(/[_-]/g, "");
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
