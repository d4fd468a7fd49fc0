import { type BucketScheme, isBucketScheme, schemeOf } from "../../contract/file-path.ts";
import { ObjectError } from "../objects.ts";

/** Where a bucket, and the folder in it, is. */
export type BucketAddress =
  | { readonly kind: "local"; readonly folder: string }
  | { readonly kind: "gcs"; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: "s3";
      /** `http://host:port`; null: the service of the environment, AWS itself where it names none. */
      readonly endpoint: string | null;
      readonly bucket: string;
      readonly prefix: string;
    };

/** The kind of storage that a scheme names; of `mc` and `mcs` the host comes first. */
const KINDS: Readonly<Record<BucketScheme, "gcs" | "s3" | "mc" | "mcs">> = {
  gs: "gcs",
  gcs: "gcs",
  s3: "s3",
  s3a: "s3",
  s3n: "s3",
  mc: "mc",
  mcs: "mcs",
};

/**
 * Reads `gs://bucket/folder`, `s3://bucket/folder`, `mc://host:port/bucket/folder`, `mcs://…` or a local
 * path. A prefix ends with `/`, or is empty. Throws ObjectError `scheme_unknown` or `unreadable`.
 */
export function readBucketAddress(text: string): BucketAddress {
  const scheme = schemeOf(text);
  if (scheme === null) return { kind: "local", folder: text };
  if (!isBucketScheme(scheme))
    throw new ObjectError(
      "scheme_unknown",
      `${text}: unknown scheme ${scheme}://. Use a local path, gs://, s3://, mc:// or mcs://.`,
    );
  const rest = text.slice(text.indexOf("://") + "://".length);
  const kind = KINDS[scheme];
  const parts = rest.split("/");
  const host = kind === "mc" || kind === "mcs" ? parts.shift() : null;
  const bucket = parts.shift() ?? "";
  if (bucket === "" || host === "")
    throw new ObjectError(
      "unreadable",
      `${text} names no bucket. Write it as ${host === null ? `${scheme}://BUCKET/FOLDER` : `${scheme}://HOST:PORT/BUCKET/FOLDER`}.`,
    );
  const folder = parts.filter((part) => part !== "").join("/");
  const prefix = folder === "" ? "" : `${folder}/`;
  if (kind === "gcs") return { kind, bucket, prefix };
  const endpoint = host === null || host === undefined ? null : `${kind === "mcs" ? "https" : "http"}://${host}`;
  return { kind: "s3", endpoint, bucket, prefix };
}
