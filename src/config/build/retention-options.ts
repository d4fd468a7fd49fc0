import { DAY } from "../../contract/time/time-units.ts";
import type { ConfiguredPolicy, RetentionDefaults } from "../../core/retention/policy.ts";
import { RETAINED, RETAINED_KINDS, type RetainedTable } from "../../contract/retention/tables.ts";
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
  return { enabled: settings.on("retention.enabled"), age, tables };
}
