import type { BackupsHere, StoredBackup } from "../../app/backup/backups-here.ts";
import type { PlainCopy } from "../../app/restore/plain-copy.ts";
import type { Options } from "../../config/options.ts";
import { printable } from "../../contract/printable.ts";
import type { CliContext } from "../context.ts";
import { bytesText } from "../output/bytes.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime } from "../output/times.ts";

export interface HowShown {
  readonly context: CliContext;
  readonly zone: string;
  readonly isJson: boolean;
}

/** `flowlord restore --list` */
export async function showStored(
  backups: BackupsHere,
  options: Options,
  { context, zone, isJson }: HowShown,
  signal: AbortSignal,
): Promise<number> {
  const { findPlainCopy } = await import("../../app/restore/plain-copy.ts");
  const [found, copy] = [await backups.list(), await findPlainCopy(options, signal)];
  if (isJson) {
    for (const backup of found) context.out(JSON.stringify(jsonOf(backup)));
    if (copy !== null) context.out(JSON.stringify(jsonOfCopy(copy)));
    return 0;
  }
  context.out(found.length === 0 ? `There are no backups in ${backups.target}.` : storedTable(found, zone, context));
  if (copy !== null) context.out(copyText(copy, zone));
  return 0;
}

function copyText({ path, bytes, at }: PlainCopy, zone: string): string {
  return printable(
    `The copy of the older program: ${path}, ${bytesText(bytes)}, of ${localTime(at, zone)} (${zone}); flowlord restore --plain-copy takes it.`,
  );
}

function jsonOfCopy({ path, bytes, at }: PlainCopy): object {
  return { id: null, plain_copy: path, created_at: isoTime(at), database_bytes: bytes };
}

function storedTable(found: readonly StoredBackup[], zone: string, { paint, width }: CliContext): string {
  const cells = found.map(({ id, at, manifest, problem }) => [
    { text: localTime(at, zone) },
    { text: manifest === null ? "" : bytesText(manifest.object.bytes) },
    { text: manifest === null ? "" : bytesText(manifest.database.bytes) },
    { text: manifest === null ? "" : rowsOf(manifest.rows).toLocaleString("en-US") },
    { text: manifest === null ? "" : String(manifest.schema_version) },
    { text: manifest === null ? "" : manifest.object.encryption === "none" ? "no" : "yes" },
    problem === null ? { text: id, paint: paint.dim } : { text: problem, paint: paint.red },
  ]);
  return table([`TIME (${zone})`, "SIZE", "DATABASE", "ROWS", "SCHEMA", "ENCRYPTED", "ID"], cells, width);
}

function rowsOf(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0);
}

function jsonOf({ id, at, manifest, problem }: StoredBackup): object {
  if (manifest === null) return { id, created_at: isoTime(at), problem };
  const { object, database, rows, schema_version, verified_at, program_version } = manifest;
  return {
    id,
    created_at: isoTime(at),
    verified_at,
    object: object.key,
    object_bytes: object.bytes,
    database_bytes: database.bytes,
    rows,
    schema_version,
    program_version,
    encrypted: object.encryption !== "none",
    problem,
  };
}
