import { bytesOfText } from "./byte-text.ts";

export type Token =
  | { readonly kind: "byte"; readonly byte: number }
  | { readonly kind: "any" }
  | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

/** A stretch of a pattern without stars, and whether stars stand before it. */
export interface Chunk {
  readonly star: boolean;
  readonly tokens: readonly Token[];
  readonly malformed: boolean;
}

/** Cuts a pattern into chunks as Go's `filepath.Match` does: at stars outside of brackets. */
export function parsePattern(pattern: string): Chunk[] {
  const chunks: Chunk[] = [];
  const chars = Array.from(pattern);
  for (let at = 0; at < chars.length;) {
    const star = chars[at] === "*";
    while (chars[at] === "*") at++;
    const end = chunkEnd(chars, at);
    const tokens = parseTokens(chars.slice(at, end));
    chunks.push({ star, tokens: tokens ?? [], malformed: tokens === null });
    at = end;
  }
  return chunks;
}

function chunkEnd(chars: readonly string[], start: number): number {
  let inClass = false;
  for (let at = start; at < chars.length; at++) {
    const char = chars[at];
    if (char === "\\") at++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "*" && !inClass) return at;
  }
  return chars.length;
}

function parseTokens(chars: readonly string[]): Token[] | null {
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? "";
    if (char === "[") {
      const parsed = parseClass(chars, at + 1);
      if (parsed === null) return null;
      tokens.push(parsed.token);
      at = parsed.end;
    } else if (char === "?") {
      tokens.push({ kind: "any" });
    } else {
      const literal = char === "\\" ? chars[++at] : char;
      if (literal === undefined) return null;
      for (const byte of bytesOfText(literal)) tokens.push({ kind: "byte", byte });
    }
  }
  return tokens;
}

/** A class from after its `[`; `end` is the place of its `]`. */
function parseClass(chars: readonly string[], start: number): { token: Token; end: number } | null {
  const negated = chars[start] === "^";
  let at = negated ? start + 1 : start;
  const ranges: [number, number][] = [];
  while (chars[at] !== "]" || ranges.length === 0) {
    const low = classChar(chars, at);
    if (low === null) return null;
    at = low.next;
    let high = low;
    if (chars[at] === "-") {
      const parsed = classChar(chars, at + 1);
      if (parsed === null) return null;
      high = parsed;
      at = high.next;
    }
    ranges.push([low.code, high.code]);
  }
  return { token: { kind: "class", negated, ranges }, end: at };
}

/** A character of a class, perhaps escaped; something must follow it, at least the `]`. */
function classChar(chars: readonly string[], start: number): { code: number; next: number } | null {
  const first = chars[start];
  if (first === undefined || first === "-" || first === "]") return null;
  const at = first === "\\" ? start + 1 : start;
  const code = chars[at]?.codePointAt(0);
  // A lone surrogate stands for a byte that is not UTF-8 (byte-text.ts); Go refuses it here.
  if (code === undefined || (code >= 0xd800 && code <= 0xdfff) || at + 1 >= chars.length) return null;
  return { code, next: at + 1 };
}
