import type { StopReason } from "./glob-align.ts";
import type { GlobLanguage } from "./glob-program.ts";

/** Where a pattern and a path part, as it is stored. */
export interface Stopped {
  readonly language: GlobLanguage;
  readonly pattern: string;
  readonly reason: string;
  /** Positions are indexes into the texts. */
  readonly path_at: number;
  readonly pattern_at: number;
  readonly wanted: string;
  readonly found: string;
}

const SENTENCES: Readonly<Record<StopReason, (stopped: Stopped, path: string) => string>> = {
  differs: (stopped) =>
    `the pattern expects ${wantedText(stopped.wanted)} here, the path has ${quoted(stopped.found)}${slashHint(stopped)}`,
  path_ends: ({ pattern, pattern_at: at }) =>
    `the path ends here, the pattern goes on with ${quoted(pattern.slice(at))}`,
  path_goes_on: (stopped, path) =>
    `the pattern ends here, the path goes on with ${quoted(path.slice(stopped.path_at))}${slashHint(stopped)}`,
  malformed: () => "the pattern is malformed and matches nothing; `flowlord check` says where",
  too_long: () => "the path or the pattern is too long to be compared character by character",
  given_up: () => "compared up to here only: the pattern has too many ways to match",
  refused: ({ language }) =>
    language === "files"
      ? "it would match another way, but the part after a `*` is matched at the first position possible, and then the rest does not match"
      : "all of it fits, but an empty, `.` or `..` part of the path is never matched",
};

/** In one sentence without a full stop. Positions in the texts count from 1, as editors do. */
export function explainStop(stopped: Stopped, path: string): string {
  const sentence = Object.hasOwn(SENTENCES, stopped.reason) ? SENTENCES[stopped.reason as StopReason] : undefined;
  if (sentence === undefined) return stopped.reason.replaceAll("_", " ");
  const text = sentence(stopped, path);
  if (["malformed", "too_long", "refused"].includes(stopped.reason)) return text;
  return `${text} (character ${stopped.path_at + 1} of the path, ${stopped.pattern_at + 1} of the pattern)`;
}

function wantedText(wanted: string): string {
  if (wanted === "?") return "any character but a slash";
  if (wanted === "*") return "at least one character";
  if (wanted.length > 1 && "[{".includes(wanted[0] ?? "")) return `one of ${quoted(wanted)}`;
  return quoted(wanted);
}

/** The usual mistake: the path has one folder more than the pattern has stars. */
function slashHint({ found, language, pattern, pattern_at: at }: Stopped): string {
  if (found !== "/" || !/[*?]$/.test(pattern.slice(0, at))) return "";
  return language === "files"
    ? "; `*` does not take a slash (`files_glob` has `**` for folders)"
    : "; `*` does not take a slash, `**/` does";
}

function quoted(text: string): string {
  return `"${text}"`;
}
