import type { VerifiedBackup } from "../../store/backup/backup-store.ts";
import type { BackupManifest } from "./backup-manifest.ts";

/** What a manifest says of its backup, as `backup_metadata` has it. */
export function manifestFacts(
  manifest: BackupManifest,
): Omit<VerifiedBackup, "snapshot_ms" | "upload_ms" | "verify_ms"> {
  const { changes, object, database, rows, schema_version } = manifest;
  return {
    changes,
    object: object.key,
    object_version: object.version,
    schema_version,
    database_bytes: database.bytes,
    object_bytes: object.bytes,
    database_sha256: database.sha256,
    object_sha256: object.sha256,
    encrypted: object.encryption === "none" ? 0 : 1,
    table_rows: JSON.stringify(rows),
  };
}
