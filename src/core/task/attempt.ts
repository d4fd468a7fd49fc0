/**
 * The number of an attempt as meta has it (`retry`), as Go's Atoi reads it: 0 when it is negative, the largest number when
 * it is larger than any (such a task has no attempt left). Null when it is not a number.
 */
export function parseAttempt(text: string | undefined): number | null {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return null;
  return Math.min(Math.max(0, Number(text)), Number.MAX_SAFE_INTEGER);
}
