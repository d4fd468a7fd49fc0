import picomatch, { type PicomatchOptions } from "picomatch";

import { countStars, linearTest } from "./linear-regexp.ts";
import { bytesOfText, runeAt } from "../text/byte-text.ts";
import { type Chunk, type Token, parsePattern } from "./glob-pattern.ts";

const SLASH = 47;
const FILES_GLOB_OPTIONS = {
  dot: true,
  nonegate: true,
  noextglob: true,
  strictBrackets: true,
  windows: false,
  flags: "s",
};
/** With more stars than this a long path could keep the regular expression of a pattern busy for ever. */
const MAX_BACKTRACKED = 2;

/**
 * A matcher for a pattern of Go's `filepath.Match`: the complete name must match, `*` and `?` do not cross a slash. Null
 * when the pattern is malformed; such a pattern never matches.
 */
export function compileGlob(pattern: string): ((name: string) => boolean) | null {
  const chunks = parsePattern(pattern);
  if (chunks.some((chunk) => chunk.malformed)) return null;
  return (name) => matchChunks(chunks, bytesOfText(name)) === true;
}

/** The result of Go's `filepath.Match`, null for its error: it finds errors only as far as the name makes it read. */
export function matchGlob(pattern: string, name: string): boolean | null {
  return matchChunks(parsePattern(pattern), bytesOfText(name));
}

function matchChunks(chunks: readonly Chunk[], name: Uint8Array): boolean | null {
  let at = 0;
  for (const [index, chunk] of chunks.entries()) {
    const last = index === chunks.length - 1;
    if (chunk.star && last && chunk.tokens.length === 0 && !chunk.malformed) return !name.includes(SLASH, at);
    if (chunk.malformed) return null;
    const end = findChunk(chunk, name, at, last);
    if (end < 0) return false;
    at = end;
  }
  return at === name.length;
}

/** End of the first match of the chunk from `at` on, -1 for none. After a star, positions up to a slash are tried. */
function findChunk(chunk: Chunk, name: Uint8Array, at: number, last: boolean): number {
  for (let start = at; ; start++) {
    const end = matchTokens(chunk.tokens, name, start);
    if (end >= 0 && (!last || end === name.length)) return end;
    // Byte by byte, as Go does, so a star may end inside of a character.
    if (!chunk.star || start >= name.length || name[start] === SLASH) return -1;
  }
}

function matchTokens(tokens: readonly Token[], name: Uint8Array, start: number): number {
  let at = start;
  for (const token of tokens) {
    if (at >= name.length) return -1;
    if (token.kind === "byte") {
      if (name[at] !== token.byte) return -1;
      at++;
      continue;
    }
    const rune = runeAt(name, at);
    if (token.kind === "any") {
      if (rune.code === SLASH) return -1;
    } else if (token.ranges.some(([low, high]) => low <= rune.code && rune.code <= high) === token.negated) {
      return -1;
    }
    at += rune.size;
  }
  return at;
}

/**
 * A matcher for a `files_glob` pattern: besides `*`, `?` and classes it knows `**` (any number of path parts) and `{a,b}`.
 * Null when brackets are not closed. Names that begin with a dot match like others.
 */
export function compileFilesGlob(pattern: string): ((name: string) => boolean) | null {
  if (pattern === "") return null;
  try {
    return boundedMatch(pattern, FILES_GLOB_OPTIONS);
  } catch (error) {
    // picomatch throws a SyntaxError (strictBrackets), or a TypeError for a pattern too long to compile.
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** The matcher of picomatch (with the flag `s` in `options`), whose time is bounded however many stars a pattern has. Throws as picomatch does. */
export function boundedMatch(pattern: string, options: PicomatchOptions): (name: string) => boolean {
  const matches = picomatch(pattern, options);
  const { source } = picomatch.makeRe(pattern, options);
  if (countStars(source) <= MAX_BACKTRACKED) return matches;
  const linear = linearTest(source);
  return linear === null ? matches : (name) => name !== "" && (name === pattern || linear(name));
}
