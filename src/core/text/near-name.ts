import { editDistance } from "../../contract/edit-distance.ts";

/** Keys of workflow and config files match without regard to case, `_` and `-`. Also folds what Go folds (ſ, K). */
export function foldKey(key: string): string {
  return key.toUpperCase().toLowerCase().replaceAll(/[_-]/g, "");
}

/**
 * The known name that `name` was most likely meant to be, or null. Short names may differ less: otherwise
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
