import { align, type Alignment, type Glob } from "./glob-align.ts";
import { PathText } from "./glob-program.ts";

/** Limit of patterns reported for one path. */
const MAX_NEAR = 5;
/** Patterns with less than this share of the best score are not reported: they say nothing about the path. */
const MIN_NEAR = 0.5;
/** How many patterns are aligned to find them. */
const MAX_ALIGNED = 10;
/** How many characters at the beginning and the end are compared to choose those. */
const COMPARED = 256;

/** A pattern that did not match, with what it belongs to. */
export interface NearMiss<Of> {
  readonly of: Of;
  readonly alignment: Alignment;
}

/**
 * The patterns that came nearest to a path that matches none of them, best first. All patterns are compared by the plain
 * characters at their ends only; the best of those are aligned. A pattern that does not match at all is left out.
 */
export function nearestPatterns<Of>(
  path: string,
  patterns: Iterable<{ readonly of: Of; readonly glob: Glob }>,
): readonly NearMiss<Of>[] {
  const chosen: { readonly of: Of; readonly glob: Glob; readonly score: number }[] = [];
  for (const { of, glob } of patterns) {
    const score = endsScore(path, glob);
    // Few are kept, so a linear search will do; of equal ones the first stays.
    if (chosen.length === MAX_ALIGNED && score <= (chosen.at(-1)?.score ?? 0)) continue;
    const index = chosen.findIndex((one) => one.score < score);
    chosen.splice(index < 0 ? chosen.length : index, 0, { of, glob, score });
    if (chosen.length > MAX_ALIGNED) chosen.pop();
  }
  const text = new PathText(path);
  const aligned = chosen
    .map(({ of, glob }) => {
      const alignment = align(glob, text, false);
      return { of, alignment, score: nearness(path, glob, alignment) };
    })
    .toSorted((a, b) => b.score - a.score);
  const threshold = (aligned[0]?.score ?? 0) * MIN_NEAR;
  return aligned
    .filter(({ score }) => score > 0 && score >= threshold)
    .slice(0, MAX_NEAR)
    .map(({ of, alignment }) => ({ of, alignment }));
}

/** Which share of the plain characters at both ends of the pattern the path has too: 0 to 1. */
function endsScore(path: string, { prefix, suffix }: Glob): number {
  const before = Math.min(prefix.length, COMPARED);
  const after = Math.min(suffix.length, COMPARED);
  return (samePrefix(path, prefix) + sameSuffix(path, suffix) + 1) / (before + after + 1);
}

/** How far the match came in pattern and path, plus what matches at the end of both: 0 to 1. */
function nearness(path: string, glob: Glob, { stop, tokens, met }: Alignment): number {
  if (stop === null) return 1;
  if (stop.reason === "malformed" || stop.reason === "too_long") {
    // Nothing else is known of it.
    return samePrefix(path, glob.prefix) === 0 ? 0 : endsScore(path, glob) / 2;
  }
  const left = path.length - stop.pathAt;
  const tail = Math.min(left, sameSuffix(path, glob.suffix));
  if (tail === 0 && tokens.every(({ took }) => took === "")) return 0;
  const ofPattern = met.pattern + (tail / Math.max(1, glob.pattern.length)) * (1 - met.pattern);
  return ofPattern * (path.length === 0 ? 1 : (stop.pathAt + tail + 1) / (path.length + 1));
}

function samePrefix(path: string, prefix: string): number {
  const max = Math.min(path.length, prefix.length, COMPARED);
  let same = 0;
  while (same < max && path.charCodeAt(same) === prefix.charCodeAt(same)) same++;
  return same;
}

function sameSuffix(path: string, suffix: string): number {
  const max = Math.min(path.length, suffix.length, COMPARED);
  let same = 0;
  while (same < max && path.charCodeAt(path.length - 1 - same) === suffix.charCodeAt(suffix.length - 1 - same)) same++;
  return same;
}
