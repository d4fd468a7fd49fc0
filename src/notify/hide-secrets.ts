/** Removes the secrets from a text, longest first. */
export function hider(secrets: readonly string[]): (text: string) => string {
  const sorted = secrets.filter((secret) => secret !== "").toSorted((a, b) => b.length - a.length);
  return (text) => sorted.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}

/** Parts of a URL that a receiver may repeat in its answer. Short ones are ordinary words. */
export function secretsOf(url: URL): readonly string[] {
  const parts = [url.pathname, ...url.pathname.split("/"), url.search.slice(1), ...url.searchParams.values()];
  return [...parts, url.password, percentDecoded(url.password)].filter((part) => part.length > 7);
}

/** A % that does not begin an escape stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
