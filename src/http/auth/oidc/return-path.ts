/** Longest, in characters: it travels in a cookie. */
export const LONGEST_PATH = 1000;

/** In no address of ours. */
const NOWHERE = "http://nowhere.invalid";

/** The path of this server that the text means, in the form of a URL; null: it leads elsewhere, or is no path. */
export function returnPath(text: string): string | null {
  // A browser reads a backslash as a slash, and drops tabs and line ends before it reads at all.
  if (!/^\/(?![/\\])/.test(text) || text.length > LONGEST_PATH || /[\\\p{Cc}]/u.test(text)) return null;
  if (!URL.canParse(text, NOWHERE)) return null;
  const { origin, pathname, search, hash } = new URL(text, NOWHERE);
  return origin === NOWHERE && !pathname.startsWith("//") ? pathname + search + hash : null;
}
