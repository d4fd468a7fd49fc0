/** Keys of workflow and config files match without regard to case, `_` and `-`. Also folds what Go folds (ſ, K). */
export function foldKey(key: string): string {
  return key.toUpperCase().toLowerCase().replaceAll(/[_-]/g, "");
}

/**
 * The known name that `name` was most likely meant to be, or null. Short names are held to fewer differences: otherwise
 * every two-letter key would be "near" `by`.
 */
export function nearName(name: string, known: Iterable<string>): string | null {
  const folded = foldKey(name);
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const distance = editDistance(folded, foldKey(candidate));
    if (distance < bestDistance && distance <= toleranceFor(candidate)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function toleranceFor(known: string): number {
  if (known.length <= 2) return 0;
  return known.length <= 5 ? 1 : 2;
}

/** Levenshtein distance in UTF-16 units. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? Infinity;
}
