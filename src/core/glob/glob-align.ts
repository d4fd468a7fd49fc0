import { programOfFilesGlob } from "./files-glob-program.ts";
import { compileFilesGlob, compileGlob } from "./glob.ts";
import { parsePattern } from "./glob-pattern.ts";
import { PathText, programOfChunks } from "./glob-program.ts";
import type { GlobLanguage, GlobProgram } from "./glob-program.ts";
import { type AlignedToken, Walk } from "./glob-walk.ts";

/** Characters of a path or a pattern: longer ones are not aligned. */
export const LONGEST_ALIGNED = 4096;

/**
 * `differs`: another character than the pattern wants · `path_ends`: the pattern wants more · `path_goes_on`: the
 * pattern wants no more · `malformed`: the pattern can match nothing · `too_long`: not looked at · `given_up`: looked at
 * as far as told, the pattern has too many ways to match · `refused`: all of it fits, but for an empty, `.` or `..` part
 * (`files_glob`), or only otherwise than at the first place after a `*`, where Go's matcher stays (`files`).
 */
export type StopReason = "differs" | "path_ends" | "path_goes_on" | "malformed" | "too_long" | "given_up" | "refused";

/** Where the match came to its end. Both places are indexes into the texts. */
export interface GlobStop {
  readonly reason: StopReason;
  readonly pathAt: number;
  readonly patternAt: number;
  /** The part of the pattern that is not met, empty at its end. */
  readonly wanted: string;
  /** The character of the path there, empty at its end. */
  readonly found: string;
}

/** How far a pattern and a path go together: whole when `stop` is null. */
export interface Alignment {
  readonly pattern: string;
  readonly language: GlobLanguage;
  /** What they took, one after the other, is the path up to `stop.pathAt`; their patterns are the pattern up to `stop.patternAt`. */
  readonly tokens: readonly AlignedToken[];
  readonly stop: GlobStop | null;
  /** The part of the pattern's own characters that was met, and of the path that was covered. */
  readonly met: { readonly pattern: number; readonly path: number };
}

/** A pattern, compiled once. */
export interface Glob {
  readonly pattern: string;
  readonly language: GlobLanguage;
  /** Null: malformed. */
  readonly matches: ((path: string) => boolean) | null;
  /** Characters before the first and after the last thing in it that is not a plain character. */
  readonly prefix: string;
  readonly suffix: string;
  /** Null: malformed or too long. Made when first asked for. */
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
 * Aligns a path with a pattern as the matcher goes over them; what the matcher decides (`isMatch`, for who knows it
 * already) is what counts.
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
  // The decision is the matcher's: where the steps above know a form less than it, the whole is one token.
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
