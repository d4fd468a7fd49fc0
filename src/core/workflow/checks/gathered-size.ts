import { MAX_INLINE_META } from "../../../contract/limits.ts";
import type { RuleIssue } from "../issue.ts";
import type { Phase } from "../phase.ts";

/** What each file adds to the meta beside its path and the last part of it. */
const AROUND = "file=&filename=&".length;

/**
 * What to say when as many files as `gather` asks for may be too many for a meta, with paths as long as the pattern: the
 * task then names a file that lists them. Null: it names them itself.
 */
export function gatheredIssue({ rule }: Phase): Pick<RuleIssue, "message" | "remedy"> | null {
  const pattern = rule.files ?? rule.filesGlob ?? "";
  const name = pattern.slice(pattern.lastIndexOf("/") + 1);
  const bytes = rule.gather * (AROUND + pattern.length + name.length);
  if (bytes <= MAX_INLINE_META) return null;
  const [files, needed, limit] = [rule.gather, bytes, MAX_INLINE_META].map((number) => number.toLocaleString("en-US"));
  return {
    message: `${files} files with paths like this pattern need ${needed} bytes of meta, and above ${limit} it does not name them: file_list in it names a file that lists them.`,
    remedy: "Let the worker read that file where there is one, or gather fewer.",
  };
}
