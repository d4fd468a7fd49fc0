/** Which secrets are hidden wherever they are shown or leave: values of keys with such names, and texts of such a form. */
export interface RedactRules {
  /** Names of keys, `*` for any characters; upper and lower case, `_` and `-` make no difference. */
  readonly keys: readonly string[];
  /** Regular expressions in the syntax of JavaScript. */
  readonly patterns: readonly string[];
}

export const DEFAULT_RULES: RedactRules = {
  keys: [
    "*password*",
    "*passwd*",
    "*passphrase*",
    "*secret*",
    "*token",
    "*credential*",
    "*apikey",
    "*accesskey",
    "*privatekey",
    "authorization",
    "cookie",
  ],
  patterns: [
    // Keys of Flowlord, AWS, GitHub, Slack; JSON web tokens; what follows Bearer and Basic.
    String.raw`flk_[\w-]{20,}`,
    String.raw`A[KS]IA[A-Z0-9]{16}`,
    String.raw`gh[pousr]_[A-Za-z0-9]{20,}`,
    String.raw`xox[abeprs]-[\w-]{10,}`,
    String.raw`eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+`,
    String.raw`[Bb]earer [\w.~+/=-]{8,}`,
    String.raw`[Bb]asic [\w+/=]{8,}`,
    String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?`,
    // The login of a URL.
    String.raw`(?<=:\/\/)[^/\s@"']{1,500}(?=@)`,
  ],
};

/** What is shown instead. */
export const MASK = "********";

export interface Redact {
  /** Any text: a message, an info, a meta, JSON, a line of a log. */
  text(text: string): string;
  /** Whether the value of a key of this name is hidden. */
  isSecret(key: string): boolean;
  /** Every text in an answer, however deep. */
  all<T>(value: T): T;
}

/** A key before its value: as in a query string, a header, JSON, also JSON in a string of JSON. */
const KEY = /([A-Za-z][\w.-]{0,99})(\\{0,8}["'])?(\s?[=:]\s{0,4}|%3[Dd])/g;
/** The value: in quotes, a list, or up to where such a value ends. */
const QUOTE = /\\{0,8}["']/y;
const LIST = /\[[^\]{]*\]?/y;
const WORD = /(?:(?:bearer|basic|digest|token)\s+)?[^\s&"'\\]+/iy;
const JSON_WORD = /[^\s,}\]"'\\]+/y;
/** No secrets, and what has its own keys. */
const NO_SECRET = /^(?:null|true|false|\{.*)$/;

/** Throws SyntaxError for a pattern that is no regular expression. */
export function redactor({ keys, patterns }: RedactRules): Redact {
  const names = keys.map((key) => folded(key).split("*").map(escaped).join(".*"));
  const isKey = new RegExp(`^(?:${names.join("|")})$`);
  // What no text without a secret has: most have none, and are left alone after one look.
  const stems = keys.map((key) => longestPiece(folded(key)).split("").map(escaped).join("[_-]?"));
  const mayHaveKey = new RegExp(stems.join("|"), "i");
  const forms = patterns.map((pattern) => new RegExp(pattern, "g"));
  const anyForm = patterns.length === 0 ? null : new RegExp(patterns.map((pattern) => `(?:${pattern})`).join("|"));
  /** The fields of answers are few, and come with each row. */
  const judged = new Map<string, boolean>();

  function isSecret(key: string): boolean {
    const known = judged.get(key);
    if (known !== undefined) return known;
    const secret = keys.length > 0 && isKey.test(folded(key));
    if (judged.size < MAX_JUDGED) judged.set(key, secret);
    return secret;
  }

  function hideValues(text: string): string {
    let hidden = "";
    let done = 0;
    KEY.lastIndex = 0;
    for (let found = KEY.exec(text); found !== null; found = KEY.exec(text)) {
      const [whole, key = "", close] = found;
      if (!isSecret(key)) continue;
      const from = found.index + whole.length;
      const value = valueAt(text, from, close);
      if (value === null) continue;
      hidden += text.slice(done, from) + value.shown;
      done = value.end;
      KEY.lastIndex = done;
    }
    return hidden + text.slice(done);
  }

  function hide(text: string): string {
    let hidden = text;
    if (anyForm?.test(text) === true) for (const form of forms) hidden = hidden.replaceAll(form, MASK);
    return keys.length > 0 && mayHaveKey.test(hidden) ? hideValues(hidden) : hidden;
  }

  function hideAll(value: unknown, key: string): unknown {
    if (typeof value === "string") return key !== "" && value !== "" && isSecret(key) ? MASK : hide(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((entry) => hideAll(entry, key));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hideAll(one, name)]));
  }

  return { isSecret, text: hide, all: <T>(value: T) => hideAll(value, "") as T };
}

/** What is shown for the value that begins there, and where it ends; `close` is the quote that ended its key. Null: no secret. */
function valueAt(text: string, from: number, close: string | undefined): { shown: string; end: number } | null {
  const quote = matchAt(QUOTE, text, from);
  if (quote !== null) return { shown: quote + MASK + quote, end: endOfQuoted(text, from + quote.length, quote) };
  const mask = close === undefined ? MASK : close + MASK + close;
  const list = matchAt(LIST, text, from);
  if (list !== null) return { shown: `[${mask}]`, end: from + list.length };
  const word = matchAt(close === undefined ? WORD : JSON_WORD, text, from);
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

/** The value with every secret in it hidden, no larger than an entry of the audit log may be. */
export function redactedValue(value: unknown, redact: Redact, key = "", depth = 0): unknown {
  if (key !== "" && value !== null && value !== undefined && redact.isSecret(key)) return MASK;
  if (typeof value === "string") {
    const text = redact.text(value.slice(0, MAX_LOOKED_AT));
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ENTRIES).map((entry) => redactedValue(entry, redact, "", depth + 1));
    return value.length > MAX_ENTRIES ? [...shown, `… and ${value.length - MAX_ENTRIES} more`] : shown;
  }
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(entries.map(([name, one]) => [name, redactedValue(one, redact, name, depth + 1)]));
}

const MAX_JUDGED = 1000;
const MAX_TEXT = 500;
/** A secret that begins within the text that is kept ends before this. */
const MAX_LOOKED_AT = 2000;
const MAX_ENTRIES = 20;
const MAX_DEPTH = 5;

function longestPiece(key: string): string {
  return key.split("*").reduce((one, other) => (other.length > one.length ? other : one));
}

function folded(key: string): string {
  return key.toLowerCase().replaceAll(/[_-]/g, "");
}

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
}
