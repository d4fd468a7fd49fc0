import { editDistance } from "../edit-distance.ts";

/** The results that workers report; another text is recorded as it came. */
const KNOWN_RESULTS = ["complete", "error", "warn", "alert"] as const;

/** Words that mean a result elsewhere. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ...["fail", "failed", "fails", "failure", "failures", "failing", "errored", "errors", "err", "ko"].map(
    (word) => [word, "error"] as const,
  ),
  ...["ok", "success", "successful", "succeeded", "succeed", "done", "completed", "passed", "finished"].map(
    (word) => [word, "complete"] as const,
  ),
  ...["warning", "warnings", "warned"].map((word) => [word, "warn"] as const),
  ...["alerted", "alerts"].map((word) => [word, "alert"] as const),
]);

/** Words that mean a state elsewhere; of a result only `finished` is known. */
const STATE_WORDS: ReadonlyMap<string, string> = new Map([
  ...["active", "started", "executing", "in_progress", "in-progress"].map((word) => [word, "running"] as const),
  ...["pending", "scheduled", "held", "paused", "retrying"].map((word) => [word, "waiting"] as const),
  ...["late", "expired", "timeout", "timed_out", "incomplete"].map((word) => [word, "overdue"] as const),
  ...["canceled", "killed", "aborted"].map((word) => [word, "cancelled"] as const),
]);

/** The state that is meant by a word that is none, as `state` or as `finished` with its result; null: unknown. */
export function meantState(word: string): string | null {
  const folded = word.toLowerCase();
  const state = STATE_WORDS.get(folded);
  if (state !== undefined) return state;
  const result = KNOWN_RESULTS.find((one) => one === folded) ?? OTHER_WORDS.get(folded);
  return result === undefined ? null : "finished";
}

/** The result that is meant by a word that no worker reports, or null: then it may be a text that a worker sent. */
export function meantResult(word: string): string | null {
  const folded = word.toLowerCase();
  if (KNOWN_RESULTS.some((one) => one === word)) return null;
  const other = OTHER_WORDS.get(folded);
  if (other !== undefined) return other;
  return KNOWN_RESULTS.find((one) => editDistance(folded, one) <= 1) ?? null;
}
