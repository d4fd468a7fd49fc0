import { canonicalPath, isBucketScheme, schemeOf } from "../../contract/file-path.ts";
import { SECOND } from "../../contract/time/time-units.ts";
import { WATCH_KEYS } from "../keys/key-table.ts";
import { standardOf } from "../read/read-value.ts";
import type { WatchOptions } from "../options.ts";
import type { Building } from "./building.ts";

/** The options of one `[[watch]]`; `prefix` is its key, as in `watch.0`. */
export function buildWatch(build: Building, prefix: string): WatchOptions {
  const { settings } = build;
  const path = build.path(`${prefix}.path`);
  const scheme = schemeOf(path);
  if (path === "") build.fail("missing", prefix, `${prefix}: \`path\` is missing`, "name the folder to watch");
  if (scheme !== null) checkBucket(build, prefix, path, scheme);
  else if (isChanged(build, prefix, "poll"))
    build.fail(
      "bad_value",
      `${prefix}.poll`,
      `${prefix}: \`poll\` is of buckets, and the folder is a local one, in which the system reports changes`,
      "remove it",
    );
  return {
    path: scheme === null ? path : bucketPath(path),
    pattern: settings.text(`${prefix}.pattern`) || "**",
    settle: Math.max(0, build.millis(`${prefix}.settle`)),
    checksum: settings.on(`${prefix}.checksum`),
    existing: settings.on(`${prefix}.existing`),
    poll: build.millis(`${prefix}.poll`),
  };
}

function checkBucket(build: Building, prefix: string, path: string, scheme: string): void {
  const { settings } = build;
  const fail = (key: string, message: string, remedy: string): void =>
    build.fail("bad_value", `${prefix}.${key}`, `${prefix}: ${message}`, remedy);
  if (!isBucketScheme(scheme)) {
    fail("path", `\`path\` has the unknown scheme ${scheme}://`, "use a local folder, gs://, s3://, mc:// or mcs://");
    return;
  }
  const parts = bucketPath(path).split("/").slice(2);
  const isNamed = scheme.startsWith("mc") ? "HOST:PORT/BUCKET" : "BUCKET";
  if (parts.filter((part) => part !== "").length < isNamed.split("/").length)
    fail("path", "`path` names no bucket", `write it as ${scheme}://${isNamed}/FOLDER`);
  if (isChanged(build, prefix, "settle"))
    fail("settle", "`settle` is of local folders: an object in a bucket is complete when it is there", "remove it");
  if (settings.on(`${prefix}.checksum`))
    fail(
      "checksum",
      "`checksum` is of local folders: each object would be downloaded, and its version says that it changed",
      "remove it",
    );
  if (build.millis(`${prefix}.poll`) < SECOND)
    fail(
      "poll",
      "`poll` is less than a second: a storage counts, and may charge, each request",
      'write it as in "30s"',
    );
}

/** Set, and not to the default: a file with every key at its default requests nothing. */
function isChanged(build: Building, prefix: string, key: "settle" | "poll"): boolean {
  const { standard, kind } = WATCH_KEYS[key] ?? {};
  if (standard === undefined || kind === undefined) return false;
  const { values } = build.settings;
  return build.settings.isSet(`${prefix}.${key}`) && values.get(`${prefix}.${key}`) !== standardOf(standard, kind);
}

/** One spelling, which is that of notifications: without empty parts, `gcs://` as `gs://`. */
function bucketPath(path: string): string {
  const [scheme = "", ...parts] = canonicalPath(path).split("/");
  return `${scheme.toLowerCase()}//${parts.filter((part) => part !== "").join("/")}`;
}
