import { bytesOfText } from "../text/byte-text.ts";

/** Where it is in the pattern: indexes into its text. */
interface PatternSpan {
  readonly from: number;
  readonly to: number;
}

export type Token = PatternSpan &
  (
    | { readonly kind: "byte"; readonly byte: number }
    | { readonly kind: "any" }
    | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] }
  );

/** A part of a pattern without stars, and whether stars come before it. */
export interface Chunk extends PatternSpan {
  readonly star: boolean;
  /** Where its stars end. */
  readonly starTo: number;
  readonly tokens: readonly Token[];
  readonly malformed: boolean;
}

/** Cuts a pattern into chunks as Go's `filepath.Match` does: at stars outside of brackets. */
export function parsePattern(pattern: string): Chunk[] {
  const chunks: Chunk[] = [];
  const chars = Array.from(pattern);
  let from = 0;
  for (let at = 0; at < chars.length;) {
    const start = at;
    while (chars[at] === "*") at++;
    const starTo = from + at - start;
    const end = chunkEnd(chars, at);
    const own = chars.slice(at, end);
    const tokens = parseTokens(own, starTo);
    const to = starTo + lengthOf(own, 0, own.length);
    chunks.push({ star: at > start, from, starTo, to, tokens: tokens ?? [], malformed: tokens === null });
    at = end;
    from = to;
  }
  return chunks;
}

/** In UTF-16 units: a character may be two of them. */
function lengthOf(chars: readonly string[], start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) length += chars[at]?.length ?? 0;
  return length;
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

function parseTokens(chars: readonly string[], start: number): Token[] | null {
  const tokens: Token[] = [];
  let from = start;
  for (let at = 0; at < chars.length; at++) {
    const first = at;
    const char = chars[at] ?? "";
    if (char === "[") {
      const parsed = parseClass(chars, at + 1);
      if (parsed === null) return null;
      at = parsed.end;
      const to = from + lengthOf(chars, first, at + 1);
      tokens.push({ kind: "class", negated: parsed.negated, ranges: parsed.ranges, from, to });
      from = to;
    } else if (char === "?") {
      tokens.push({ kind: "any", from, to: ++from });
    } else {
      const literal = char === "\\" ? chars[++at] : char;
      if (literal === undefined) return null;
      const to = from + lengthOf(chars, first, at + 1);
      for (const byte of bytesOfText(literal)) tokens.push({ kind: "byte", byte, from, to });
      from = to;
    }
  }
  return tokens;
}

interface ClassParts {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [number, number])[];
  /** Index of its `]`. */
  readonly end: number;
}

/** Reads a class, from after its `[`. */
function parseClass(chars: readonly string[], start: number): ClassParts | null {
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
  return { negated, ranges, end: at };
}

/** Reads a character of a class, perhaps escaped; something must follow it, at least the `]`. */
function classChar(chars: readonly string[], start: number): { code: number; next: number } | null {
  const first = chars[start];
  if (first === undefined || first === "-" || first === "]") return null;
  const at = first === "\\" ? start + 1 : start;
  const code = chars[at]?.codePointAt(0);
  // A lone surrogate represents a byte that is not UTF-8 (byte-text.ts); Go refuses it here.
  if (code === undefined || (code >= 0xd800 && code <= 0xdfff) || at + 1 >= chars.length) return null;
  return { code, next: at + 1 };
}
