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
  archive: {
    kind: "string",
    standard: '""',
    about:
      "Where rows go, as Parquet files, before they are deleted: a folder, `gs://bucket/folder`, `s3://bucket/folder`, or `mc://host:port/bucket/folder` (`mcs://` with TLS); empty = nowhere.",
    path: true,
  },
  archive_tables: {
    kind: "list",
    standard: "[]",
    about: "The tables whose rows go there, with all that goes with them; empty = every table below.",
  },
  ...Object.assign({}, ...RETAINED.map(keysOf)),
};
