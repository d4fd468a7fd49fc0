import type { PassedOver, StoredFacts } from "../../store/backup/backup-store.ts";
import type { BackupManifest } from "../backup/backup-manifest.ts";
import type { ManifestName } from "../backup/read-manifests.ts";

/** What a manifest says of its backup, as `backup_metadata` has it. */
export function storedFacts(manifest: BackupManifest, target: string): StoredFacts {
  const { changes, object, database, rows, schema_version, verified_at } = manifest;
  return {
    changes,
    target,
    object: object.key,
    object_version: object.version,
    schema_version,
    database_bytes: database.bytes,
    object_bytes: object.bytes,
    database_sha256: database.sha256,
    object_sha256: object.sha256,
    encrypted: object.encryption === "none" ? 0 : 1,
    table_rows: JSON.stringify(rows),
    verified_at: Date.parse(verified_at),
  };
}

/** A backup that is given up, by its name alone. `changes`: how much it has, where that is known. */
export function passedOver(name: ManifestName, target: string, changes = 0): PassedOver {
  return { id: name.id, started_at: name.at, changes, target, object: null };
}

/** All that are in the storage; the newest with what it has. */
export function givenUp(names: readonly ManifestName[], newest: BackupManifest, target: string): readonly PassedOver[] {
  return names.map((name) => passedOver(name, target, name.id === newest.id ? newest.changes : 0));
}
