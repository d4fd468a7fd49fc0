/** Schemes of buckets. `mc`: an S3-compatible server, without TLS, `mcs`: with it. */
export const BUCKET_SCHEMES = ["gs", "gcs", "s3", "s3a", "s3n", "mc", "mcs"] as const;
export type BucketScheme = (typeof BUCKET_SCHEMES)[number];

/** The scheme before `://`, lower case; null for a local path. */
export function schemeOf(path: string): string | null {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1]?.toLowerCase() ?? null;
}

export function isBucketScheme(scheme: string): scheme is BucketScheme {
  return (BUCKET_SCHEMES as readonly string[]).includes(scheme);
}

/** Whether the path is in a bucket. */
export function isBucketPath(path: string): boolean {
  const scheme = schemeOf(path);
  return scheme !== null && isBucketScheme(scheme);
}

const FILE_URL = /^file:\/\/(?:localhost)?(?=\/)/i;
/** Other names of the schemes that the objects have. */
const SCHEMES: readonly (readonly [RegExp, string])[] = [
  [/^gcs:\/\//i, "gs://"],
  [/^s3[an]:\/\//i, "s3://"],
];

/**
 * One spelling for each file, to compare paths: `file:///out/a` is `/out/a`, `./out/a` is `out/a`, `gcs://` is `gs://`,
 * `s3a://` is `s3://`. A relative path stays one: whose folder it is below is not known.
 */
export function canonicalPath(path: string): string {
  if (path.startsWith("/")) return path;
  if (path.startsWith("./")) return path.replace(/^(?:\.\/+)+/, "");
  if (!path.includes("://")) return path;
  if (FILE_URL.test(path)) return decoded(path.replace(FILE_URL, ""));
  for (const [prefix, scheme] of SCHEMES) if (prefix.test(path)) return path.replace(prefix, scheme);
  return path;
}

/** The spellings of a canonical path in which events and patterns may have it; itself first. */
export function spellings(canonical: string): readonly string[] {
  if (canonical.startsWith("/")) return [canonical, `file://${canonical}`];
  if (canonical.startsWith("gs://")) return [canonical, `gcs${canonical.slice("gs".length)}`];
  if (canonical.startsWith("s3://")) return [canonical, `s3a${canonical.slice("s3".length)}`];
  return canonical.includes("://") ? [canonical] : [canonical, `./${canonical}`];
}

/** With its percent escapes decoded; as it is when one of them is none. */
export function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
