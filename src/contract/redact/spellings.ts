/** Shorter ones are hidden by the names of their keys alone: any word may have them in it. */
export const SECRET_MIN = 6;

/**
 * The texts in which a secret may appear, the longest first: as it is, a line of it, within JSON, percent-encoded, and as a form sends it.
 */
export function spellingsOf(secrets: readonly string[]): readonly string[] {
  const lines = secrets.flatMap((secret) => [secret.trim(), ...secret.split(/[\r\n]+/).map((line) => line.trim())]);
  const spelt = lines
    .filter((text) => text.length >= SECRET_MIN)
    .flatMap((text) => {
      const encoded = encodeURIComponent(text.toWellFormed());
      const lower = encoded.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
      return [text, JSON.stringify(text).slice(1, -1), encoded, lower, encoded.replaceAll("%20", "+")];
    });
  return [...new Set(spelt)].toSorted((a, b) => b.length - a.length);
}
