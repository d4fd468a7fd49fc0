import type { BackupManifest } from "./backup-manifest.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { damageOf, describeContent } from "../../store/sqlite/backup/snapshot.ts";
import { BackupError } from "./backup-error.ts";
import { unpack } from "./snapshot-stream.ts";

/** What has to come back, before it is called good. */
export type Expected = Pick<BackupManifest, "object" | "database" | "rows" | "schema_version">;

export interface FetchOptions {
  readonly key: string | null;
  readonly signal: AbortSignal;
  /** Bytes of the database file so far. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Downloads a backup into the file `to`, and checks it: both checksums, `integrity_check`, the rows of each table, the version of
 * the schema. Throws BackupError, and ObjectError when the storage fails.
 */
export async function fetchBackup(
  bucket: Bucket,
  expected: Expected,
  to: string,
  options: FetchOptions,
): Promise<void> {
  const { object, database, rows, schema_version } = expected;
  const { key, signal, onBytes } = options;
  if (object.encryption === "age" && key === null)
    throw new BackupError("no_key", `${object.key} is encrypted: give its key in backup.key or backup.key_file.`);
  const content = bucket.read(object.key, { signal });
  const found = await unpack(content, object.encryption === "age" ? key : null, to, onBytes);
  differs(object.key, "checksum of the object", object.sha256, found.object.sha256);
  differs(object.key, "checksum of the database", database.sha256, found.database.sha256);
  const [damage] = damageOf(to);
  if (damage !== undefined) throw new BackupError("damaged", `${object.key} is damaged (${damage}): take another.`);
  const facts = describeContent(to);
  differs(object.key, "schema version", schema_version, facts.schemaVersion);
  for (const [table, count] of Object.entries(rows)) differs(object.key, `rows of ${table}`, count, facts.rows[table]);
}

function differs(key: string, what: string, expected: unknown, found: unknown): void {
  if (expected === found) return;
  throw new BackupError(
    "different",
    `${key} is not what was stored (${what}: ${String(expected)} and ${String(found)}): take another.`,
  );
}
