import { DAY } from "../../contract/time/time-units.ts";
import type { ConfiguredPolicy, RetentionDefaults } from "../../core/retention/policy.ts";
import { isRetained, RETAINED, RETAINED_KINDS, type RetainedTable } from "../../contract/retention/tables.ts";
import type { ArchiveOptions } from "../options.ts";
import { checkBucketScheme } from "./backup-options.ts";
import type { Building } from "./building.ts";

/** `age`: of `sqlite.retention`; null: for ever. */
export function buildRetention(build: Building, age: number | null): RetentionDefaults {
  const { settings } = build;
  const tables = new Map<RetainedTable, ConfiguredPolicy>();
  for (const table of RETAINED) {
    const days = settings.integer(`retention.${table}_days`);
    const maxRows = RETAINED_KINDS[table].countable ? settings.integer(`retention.${table}_max_rows`) : 0;
    if (maxRows < 0)
      build.fail(
        "bad_value",
        `retention.${table}_max_rows`,
        `\`retention.${table}_max_rows\` is below 0`,
        "write how many rows to keep, or 0 for any number",
      );
    if (days !== 0 || maxRows !== 0)
      tables.set(table, { age: days === 0 ? null : days * DAY, maxRows: maxRows === 0 ? null : maxRows });
  }
  return { enabled: settings.on("retention.enabled"), age, tables, archived: archivedOf(build) };
}

/** Null: there is no archive. `localPath`: of the database. */
export function buildArchive(build: Building, localPath: string): ArchiveOptions | null {
  const target = build.path("retention.archive");
  if (target === "") return null;
  checkBucketScheme(build, "retention.archive", target);
  const scratch = build.path("backup.scratch");
  return { target, scratch: scratch === "" ? `${localPath}.scratch` : scratch };
}

function archivedOf(build: Building): ReadonlySet<RetainedTable> | null {
  const { settings } = build;
  if (settings.text("retention.archive") === "") return null;
  const named = settings.list("retention.archive_tables");
  for (const name of named)
    if (!isRetained(name))
      build.fail(
        "bad_value",
        "retention.archive_tables",
        `\`retention.archive_tables\` names "${name}", which is no table with a retention`,
        `those are ${RETAINED.join(", ")}`,
      );
  return new Set(named.length === 0 ? RETAINED : named.filter(isRetained));
}
