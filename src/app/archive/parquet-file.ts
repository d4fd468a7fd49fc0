import { createHash } from "node:crypto";
import { parquetMetadata, parquetRead, type SchemaElement } from "hyparquet";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { toError } from "../../contract/to-error.ts";
import { type ArchivedColumn, type ArchivedValue, rowText } from "../../store/retention/archived-row.ts";
import { ArchiveError } from "./archive-error.ts";

/** When the rows of a file were archived: a column of each file, after those of the table. */
export const ARCHIVED_AT = "archived_at";

/** Rows of one table, as they are stored together. */
export interface ArchivedFile {
  readonly table: string;
  readonly columns: readonly ArchivedColumn[];
  readonly rows: readonly (readonly ArchivedValue[])[];
  readonly instance: string;
  /** Of the database. */
  readonly schemaVersion: number;
  readonly programVersion: string;
}

/** Moments. */
const MOMENTS: ReadonlySet<string> = new Set(
  `at began_at created created_at deadline_at decided_at due_at ended ended_at ends_at finished_at hour last_received_at last_seen
   lease_until next_at received_at redriven_at removed_at reported_at resolved_at scheduled_at since started starts_at task_created
   until updated ${ARCHIVED_AT}`.split(/\s+/),
);
/** What the clocks of a phase's zone showed: digits without a zone. */
const WALL_TIMES: ReadonlySet<string> = new Set(["about_at", "cursor_at", "task_time"]);

const KEY = "flowlord.";

/** The bytes of a Parquet file. All its values are in one group of rows, and it is read whole. */
export async function packFile(file: ArchivedFile, archivedAt: number): Promise<Uint8Array> {
  const { columns, rows } = file;
  const all: readonly ArchivedColumn[] = [...columns, { name: ARCHIVED_AT, type: "INTEGER" }];
  const at = BigInt(archivedAt);
  const writer = new ByteWriter();
  const metadata = {
    table: file.table,
    instance: file.instance,
    schema_version: String(file.schemaVersion),
    program_version: file.programVersion,
    rows: String(rows.length),
    values_sha256: checksumOf(rows),
  };
  await parquetWrite({
    writer,
    schema: [{ name: "row", num_children: all.length }, ...all.map(elementOf)],
    columnData: all.map(({ name }, index) => ({
      name,
      data: name === ARCHIVED_AT ? rows.map(() => at) : rows.map((row) => row[index]),
    })),
    rowGroupSize: Math.max(1, rows.length),
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key: KEY + key, value })),
    createdBy: `flowlord ${file.programVersion}`,
  });
  return writer.getBytes();
}

/** Reads what `packFile` wrote, and compares it with its own checksum. Throws ArchiveError `damaged`. */
export async function unpackFile(bytes: Uint8Array, name: string): Promise<ArchivedFile> {
  const damaged = (why: string, options?: ErrorOptions): ArchiveError =>
    new ArchiveError("damaged", `${name} is damaged (${why}).`, options);
  let file: ArchivedFile;
  let expected: ReadonlyMap<string, string>;
  try {
    ({ file, expected } = await read(bytes));
  } catch (error) {
    throw damaged(toError(error).message, { cause: error });
  }
  if (expected.get("rows") !== String(file.rows.length)) throw damaged("its rows are not as many as it says");
  if (expected.get("values_sha256") !== checksumOf(file.rows)) throw damaged("its values have another checksum");
  return file;
}

async function read(bytes: Uint8Array): Promise<{ file: ArchivedFile; expected: ReadonlyMap<string, string> }> {
  const buffer = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(buffer);
  const expected = new Map(
    (metadata.key_value_metadata ?? []).map(({ key, value }) => [key.slice(KEY.length), value ?? ""]),
  );
  const rows: ArchivedValue[][] = [];
  await parquetRead({
    file: buffer,
    metadata,
    parsers: {
      // The library's own drop a mark at the beginning, and make dates of what is compared as it is stored.
      stringFromBytes: (value: Uint8Array | undefined) => value && Buffer.from(value).toString(),
      timestampFromMilliseconds: (value: bigint) => value,
    },
    onComplete: (found) => {
      for (const row of found) rows.push(row.slice(0, -1).map((value: ArchivedValue | undefined) => value ?? null));
    },
  });
  const file: ArchivedFile = {
    table: expected.get("table") ?? "",
    columns: metadata.schema.slice(1, -1).map(columnOf),
    rows,
    instance: expected.get("instance") ?? "",
    schemaVersion: Number(expected.get("schema_version")),
    programVersion: expected.get("program_version") ?? "",
  };
  return { file, expected };
}

/** Of all values, in the order of the rows. */
function checksumOf(rows: ArchivedFile["rows"]): string {
  const hash = createHash("sha256");
  for (const row of rows) hash.update(`${rowText(row)}\n`);
  return hash.digest("hex");
}

function elementOf({ name, type }: ArchivedColumn): SchemaElement {
  const column = { name, repetition_type: "OPTIONAL" } as const;
  if (type === "TEXT")
    return { ...column, type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } };
  if (type === "REAL") return { ...column, type: "DOUBLE" };
  if (type === "BLOB") return { ...column, type: "BYTE_ARRAY" };
  if (MOMENTS.has(name)) return { ...column, type: "INT64", converted_type: "TIMESTAMP_MILLIS", ...timestamp(true) };
  return { ...column, type: "INT64", ...(WALL_TIMES.has(name) ? timestamp(false) : {}) };
}

function timestamp(isAdjustedToUTC: boolean): Pick<SchemaElement, "logical_type"> {
  return { logical_type: { type: "TIMESTAMP", isAdjustedToUTC, unit: "MILLIS" } };
}

function columnOf({ name, type, converted_type: converted }: SchemaElement): ArchivedColumn {
  const kinds = { INT64: "INTEGER", DOUBLE: "REAL", BYTE_ARRAY: converted === "UTF8" ? "TEXT" : "BLOB" } as const;
  const kind = type === "INT64" || type === "DOUBLE" || type === "BYTE_ARRAY" ? kinds[type] : null;
  if (kind === null) throw new Error(`its column ${name} has the type ${type ?? "of a group"}`);
  return { name, type: kind };
}
