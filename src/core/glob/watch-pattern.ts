import { boundedMatch } from "./glob.ts";

/** Endings that programs give to unfinished files. */
const UNFINISHED = [".tmp", ".part", ".partial", ".crdownload", ".swp", "~"];

/** Which files of a watched folder count. Paths are relative to it, with `/`. */
export interface FilePattern {
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
    depth: anyDepth ? Infinity : pattern.split("/").length - 1,
    matches: (path) => !skippedEndings.some((ending) => path.endsWith(ending)) && isMatch(path),
    enters: (name) => namesDots || !name.startsWith("."),
  };
}
