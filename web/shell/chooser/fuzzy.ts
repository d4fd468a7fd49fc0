export interface Match {
  /** The more the better. */
  readonly score: number;
  /** Where the letters are that matched. */
  readonly at: readonly number[];
}

/**
 * Whether the letters of the pattern stand in the text, in their order. A part of the text is better than letters far apart,
 * the beginning of a word better than its middle, and a short text better than a long one. Null: they do not.
 */
export function fuzzy(text: string, pattern: string): Match | null {
  const [low, sought] = [text.toLowerCase(), pattern.trim().toLowerCase()];
  if (sought === "") return { score: 0, at: [] };
  const whole = low.indexOf(sought);
  if (whole !== -1) {
    const at = Array.from(sought, (_, index) => whole + index);
    return { score: 1000 - whole + (isWordStart(low, whole) ? 500 : 0) - low.length / 100, at };
  }
  return apart(low, sought, nextPlace) ?? apart(low, sought, (all, letter, from) => all.indexOf(letter, from));
}

/** One letter after the other, each at the next place that `next` finds. */
function apart(low: string, sought: string, next: typeof nextPlace): Match | null {
  const at: number[] = [];
  let score = 0;
  for (const letter of sought) {
    if (letter === " ") continue;
    const from = (at.at(-1) ?? -1) + 1;
    const found = next(low, letter, from);
    if (found === -1) return null;
    if (found === from && at.length > 0) score += 5;
    if (isWordStart(low, found)) score += 10;
    at.push(found);
  }
  return { score: score - low.length / 100, at };
}

/** The letter at the beginning of a word, if one is near; else the next. */
function nextPlace(text: string, letter: string, from: number): number {
  const next = text.indexOf(letter, from);
  if (next === from || next === -1) return next;
  for (let at = next; at !== -1; at = text.indexOf(letter, at + 1)) if (isWordStart(text, at)) return at;
  return next;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
}
