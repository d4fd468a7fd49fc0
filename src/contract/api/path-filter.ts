/** Longer ones are refused: paths are shorter. */
export const LONGEST_PATH_FILTER = 1000;

/**
 * A test of paths: `*` stands for any characters, slashes too, `?` for one; all others for themselves. Takes time in
 * proportion to path times filter, however many stars there are.
 */
export function pathFilter(text: string): (path: string) => boolean {
  return (path) => {
    let at = 0;
    let next = 0;
    // Where the last star stands, and how much it has taken: longer and longer, until the rest fits.
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
