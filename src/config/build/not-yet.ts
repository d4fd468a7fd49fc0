import { isDeepStrictEqual } from "node:util";
import { isBucketScheme, schemeOf } from "../../contract/file-path.ts";
import { SECTIONS } from "../keys/key-table.ts";
import { standardOf } from "../read/read-value.ts";
import type { Building } from "./building.ts";

/** Keys whose value must be a local path, and what to do instead. */
const LOCAL_PATHS: Readonly<Record<string, string>> = {
  data: "name a local folder",
  "sqlite.local_path": "name a local file, as in ./tasks.db",
  "bus.path": "name a local folder",
};

/** Keys of `[file]` that do something. */
const IN_EFFECT: ReadonlySet<string> = new Set(["hosts", "access_key", "secret_key"]);

/**
 * Reports keys without effect in this version. Files of older installations must still load, so such a key is a warning;
 * a path that cannot be opened is refused here, with its line, before anything starts.
 */
export function checkNotYet(build: Building): void {
  for (const [key, remedy] of Object.entries(LOCAL_PATHS)) refuseUrl(build, key, remedy);
  const scheme = schemeOf(build.settings.text("workflow"));
  // `nop` is the test double of the older program.
  if (scheme !== null && scheme !== "nop" && !isBucketScheme(scheme))
    build.fail(
      "bad_value",
      "workflow",
      `\`workflow\` has the unknown scheme ${scheme}://`,
      "use a local path, gs://, s3://, mc:// or mcs://",
    );
  const changed = Object.keys(SECTIONS["file"] ?? {})
    .filter((name) => !IN_EFFECT.has(name))
    .map((name) => `file.${name}`)
    .filter((key) => isChanged(build, key));
  const [first] = changed;
  if (first !== undefined) {
    build.warn(
      "no_effect",
      first,
      `${changed.map((key) => `\`${key}\``).join(", ")}: without effect; a backup is always compressed, and needs no buffer`,
      "remove it",
    );
  }
}

function refuseUrl(build: Building, key: string, remedy: string): void {
  const scheme = schemeOf(build.settings.text(key));
  if (scheme === null) return;
  build.fail(
    "not_local",
    key,
    `\`${key}\` begins with ${scheme}://, but this version reads and writes only local paths`,
    remedy,
  );
}

/** Set, and not to the default: a file with every key at its default requests nothing. */
function isChanged({ settings }: Building, key: string): boolean {
  const spec = SECTIONS["file"]?.[key.slice("file.".length)];
  if (spec === undefined || !settings.isSet(key)) return false;
  return !isDeepStrictEqual(settings.values.get(key), standardOf(spec.standard, spec.kind));
}
