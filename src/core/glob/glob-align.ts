import { programOfFilesGlob } from "./files-glob-program.ts";
import { compileFilesGlob, compileGlob } from "./glob.ts";
import { parsePattern } from "./glob-pattern.ts";
import { PathText, programOfChunks } from "./glob-program.ts";
import type { GlobLanguage, GlobProgram } from "./glob-program.ts";
import { type AlignedToken, Walk } from "./glob-walk.ts";

/** In characters. Longer paths and patterns are not aligned. */
export const LONGEST_ALIGNED = 4096;

/**
 * `differs`: another character than the pattern expects · `path_ends`: the pattern expects more · `path_goes_on`: the
 * pattern expects no more · `malformed`: the pattern can match nothing · `too_long`: not compared · `given_up`: compared
 * up to the position given, the pattern has too many ways to match · `refused`: all of it fits but an empty, `.` or `..`
 * part (`files_glob`), or it fits only after the first position behind a `*`, where Go's matcher stays (`files`).
 */
export type StopReason = "differs" | "path_ends" | "path_goes_on" | "malformed" | "too_long" | "given_up" | "refused";

/** Where the match ended. Both positions are indexes into the texts. */
export interface GlobStop {
  readonly reason: StopReason;
  readonly pathAt: number;
  readonly patternAt: number;
  /** The part of the pattern that did not match, empty at its end. */
  readonly wanted: string;
  /** The character of the path there, empty at its end. */
  readonly found: string;
}

/** How far a pattern and a path match: completely when `stop` is null. */
export interface Alignment {
  readonly pattern: string;
  readonly language: GlobLanguage;
  /** Joined, their `took` is the path up to `stop.pathAt`, and their `pattern` is the pattern up to `stop.patternAt`. */
  readonly tokens: readonly AlignedToken[];
  readonly stop: GlobStop | null;
  /** Which share of the pattern's own characters matched, and which share of the path. */
  readonly met: { readonly pattern: number; readonly path: number };
}

/** A pattern, compiled once. */
export interface Glob {
  readonly pattern: string;
  readonly language: GlobLanguage;
  /** Null: malformed. */
  readonly matches: ((path: string) => boolean) | null;
  /** The plain characters before the first special one and after the last. */
  readonly prefix: string;
  readonly suffix: string;
  /** Null: malformed or too long. Built on first use. */
  program(): GlobProgram | null;
}

export function compileGlobOf(language: GlobLanguage, pattern: string): Glob {
  let made: GlobProgram | null | undefined;
  const matches = language === "files" ? compileGlob(pattern) : compileFilesGlob(pattern);
  const program = (): GlobProgram | null => {
    if (matches === null || pattern.length > LONGEST_ALIGNED) return null;
    return language === "files" ? programOfChunks(parsePattern(pattern)) : programOfFilesGlob(pattern);
  };
  const prefix = /^[^*?[\\{]*/.exec(pattern)?.[0] ?? "";
  const suffix = prefix.length === pattern.length ? "" : (/[^*?\]\\}]*$/.exec(pattern)?.[0] ?? "");
  return {
    pattern,
    language,
    matches,
    prefix,
    suffix,
    program: () => (made === undefined ? (made = program()) : made),
  };
}

/**
 * Aligns a path with a pattern step by step, as the matcher does. The matcher decides whether they match (`isMatch`, for
 * callers that know it already).
 */
export function align(
  glob: Glob,
  input: string | PathText,
  isMatch: boolean = glob.matches?.(typeof input === "string" ? input : input.text) ?? false,
): Alignment {
  const text = typeof input === "string" ? new PathText(input) : input;
  const path = text.text;
  const { pattern, language } = glob;
  const unread = (reason: StopReason): Alignment => ({
    pattern,
    language,
    tokens: [],
    stop: { reason, pathAt: 0, patternAt: 0, wanted: "", found: "" },
    met: { pattern: 0, path: 0 },
  });
  if (glob.matches === null) return unread("malformed");
  const program = path.length > LONGEST_ALIGNED ? null : glob.program();
  if (program === null) return isMatch ? wholly(glob, path) : unread("too_long");
  const walk = new Walk(program, text.in(language));
  const isComplete = walk.run();
  const tokens = walk.tokens(pattern, path);
  const pathAt = walk.pathAt();
  const met = { pattern: (walk.depth + 1) / (program.depth + 1), path: path.length === 0 ? 1 : pathAt / path.length };
  // The matcher decides. Where the steps above do not know a form, the complete path is one token.
  if (isMatch) return isComplete ? { ...wholly(glob, path), tokens } : wholly(glob, path);
  const { at, wanted } = walk.wanted(pattern);
  const found = pathAt < path.length ? String.fromCodePoint(path.codePointAt(pathAt) ?? 0) : "";
  let reason: StopReason = found === "" ? "path_ends" : at === pattern.length ? "path_goes_on" : "differs";
  if (isComplete) reason = "refused";
  else if (walk.gaveUp) reason = "given_up";
  return { pattern, language, tokens, stop: { reason, pathAt, patternAt: at, wanted, found }, met };
}

function wholly({ pattern, language }: Glob, path: string): Alignment {
  const tokens = [{ kind: "rest", pattern, took: path }] as const;
  return { pattern, language, tokens, stop: null, met: { pattern: 1, path: 1 } };
}
