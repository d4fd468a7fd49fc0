import { boundedMatch } from "./glob.ts";

/** Endings that programs give to unfinished files. */
const UNFINISHED = [".tmp", ".part", ".partial", ".crdownload", ".swp", "~"];

/** The beginning of a pattern in which nothing has a meaning of its own. */
const LITERAL = /^[^*?[\]{}()!+@|\\^$"]*/;

/** Which files of a watched folder count. Paths are relative to it, with `/`. */
export interface FilePattern {
  /** What each path that matches begins with: a bucket lists no others. */
  readonly prefix: string;
  /** Levels of subfolders that can hold a match. */
  readonly depth: number;
  /** Dotfiles and unfinished files match only where the pattern names them. */
  matches(path: string): boolean;
  /** Whether files in the subfolder of that name can match. */
  enters(name: string): boolean;
}

export function parseFilePattern(pattern: string): FilePattern {
  const isMatch = boundedMatch(pattern, { flags: "s" });
  const namesDots = /(^|[/{,(])\./.test(pattern);
  const skippedEndings = UNFINISHED.filter((ending) => !pattern.includes(ending));
  const anyDepth = pattern.includes("**") || pattern.includes("(");
  return {
    prefix: /^\.?\//.test(pattern) ? "" : (LITERAL.exec(pattern)?.[0] ?? ""),
    depth: anyDepth ? Infinity : pattern.split("/").length - 1,
    matches: (path) => !skippedEndings.some((ending) => path.endsWith(ending)) && isMatch(path),
    enters: (name) => namesDots || !name.startsWith("."),
  };
}
