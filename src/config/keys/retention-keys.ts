import { DAY } from "../../contract/time/time-units.ts";
import { RETAINED, RETAINED_KINDS } from "../../contract/retention/tables.ts";
import type { SectionTable } from "./key-spec.ts";

function keysOf(table: (typeof RETAINED)[number]): SectionTable {
  const { standard, countable } = RETAINED_KINDS[table];
  const without = standard === null ? "as `sqlite.retention`" : `${standard / DAY} days`;
  const days: SectionTable = {
    [`${table}_days`]: {
      kind: "integer",
      standard: "0",
      about: `Days for which rows of \`${table}\` are kept; 0 = ${without}, less than 0 = for ever.`,
    },
  };
  if (!countable) return days;
  return {
    ...days,
    [`${table}_max_rows`]: {
      kind: "integer",
      standard: "0",
      about: `Rows of \`${table}\` that are kept, the newest; 0 = any number.`,
    },
  };
}

/** Keys of `[retention]`: what is kept of each table. */
export const RETENTION_KEYS: SectionTable = {
  enabled: { kind: "boolean", standard: "true", about: "Whether old rows are deleted." },
  ...Object.assign({}, ...RETAINED.map(keysOf)),
};
