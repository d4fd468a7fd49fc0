import { isDeepStrictEqual } from "node:util";
import { SECTIONS } from "../keys/key-table.ts";
import { standardOf } from "../read/read-value.ts";
import type { Building } from "./building.ts";

/** Keys whose value must be a local path, and what to do instead. */
const LOCAL_PATHS: Readonly<Record<string, string>> = {
  workflow: "copy the workflow files to a local folder and name that",
  data: "name a local folder",
  "sqlite.local_path": "name a local file, as in ./tasks.db",
  "bus.path": "name a local folder",
};

/**
 * Reports keys without effect in this version. Files of older installations must still load, so such a key is a warning;
 * a path that cannot be opened is refused here, with its line, before anything starts.
 */
export function checkNotYet(build: Building): void {
  for (const [key, remedy] of Object.entries(LOCAL_PATHS)) refuseUrl(build, key, remedy);
  if (build.settings.text("sqlite.backup_path") !== "") {
    build.warn(
      "no_effect",
      "sqlite.backup_path",
      "`sqlite.backup_path` has no effect yet: no backup is made",
      'make backups yourself, as in sqlite3 tasks.db ".backup copy.db"',
    );
  }
  if (build.settings.isSet("sqlite.retention") && build.millis("sqlite.retention") > 0) {
    build.warn(
      "no_effect",
      "sqlite.retention",
      "`sqlite.retention` has no effect yet: nothing is deleted",
      "watch the size of the database file",
    );
  }
  const changed = Object.keys(SECTIONS["file"] ?? {})
    .map((name) => `file.${name}`)
    .filter((key) => isChanged(build, key));
  const [first] = changed;
  if (first !== undefined) {
    build.warn(
      "no_effect",
      first,
      `the section [file] has no effect yet (${changed.map((key) => `\`${key}\``).join(", ")}): object storage is neither read nor written`,
      "use local paths",
    );
  }
}

function refuseUrl(build: Building, key: string, remedy: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(build.settings.text(key))?.[1]?.toLowerCase();
  // The test double of the older program.
  if (scheme === undefined || (scheme === "nop" && key === "workflow")) return;
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
