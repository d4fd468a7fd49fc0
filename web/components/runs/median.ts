import type { Run } from "./run-text.ts";

/** The median run time of those that completed, in milliseconds; null: none did. */
export function medianOf(runs: readonly Pick<Run, "result" | "task_seconds">[]): number | null {
  const times = runs
    .filter(({ result, task_seconds: ran }) => result === "complete" && ran !== null)
    .map(({ task_seconds: ran }) => (ran ?? 0) * 1000)
    .toSorted((a, b) => a - b);
  const middle = times.length >> 1;
  const upper = times[middle];
  if (upper === undefined) return null;
  return times.length % 2 === 1 ? upper : (upper + (times[middle - 1] ?? upper)) / 2;
}
