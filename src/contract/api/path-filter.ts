/** Longer filters are rejected: paths are shorter. */
export const LONGEST_PATH_FILTER = 1000;

/**
 * A test of paths: `*` matches any characters, even slashes, `?` one; all others match themselves. The time is
 * proportional to path times filter, however many stars there are.
 */
export function pathFilter(text: string): (path: string) => boolean {
  return (path) => {
    let at = 0;
    let next = 0;
    // The index of the last star and how much it matches: more and more, until the rest fits.
    let star = -1;
    let kept = 0;
    while (at < path.length) {
      if (next < text.length && text[next] === "*") {
        star = next++;
        kept = at;
      } else if (next < text.length && (text[next] === "?" || text[next] === path[at])) {
        next += 1;
        at += 1;
      } else if (star >= 0) {
        next = star + 1;
        at = ++kept;
      } else return false;
    }
    while (text[next] === "*") next++;
    return next === text.length;
  };
}

/** Whether the filter names one path. */
export function isCompletePath(text: string): boolean {
  return !/[*?]/.test(text);
}
