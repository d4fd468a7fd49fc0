import type { PassedOver, StoredFacts } from "../../store/backup/backup-store.ts";
import type { BackupManifest } from "../backup/backup-manifest.ts";
import { manifestFacts } from "../backup/manifest-facts.ts";
import type { ManifestName } from "../backup/read-manifests.ts";

/** What a manifest says of its backup, as `backup_metadata` has it. */
export function storedFacts(manifest: BackupManifest, target: string): StoredFacts {
  return { ...manifestFacts(manifest), target, verified_at: Date.parse(manifest.verified_at) };
}

/** A backup that is given up, by its name alone. `changes`: how much it has, where that is known. */
export function passedOver(name: ManifestName, target: string, changes = 0): PassedOver {
  return { id: name.id, started_at: name.at, changes, target, object: null };
}

/** All that are in the storage; the newest with what it has. */
export function givenUp(names: readonly ManifestName[], newest: BackupManifest, target: string): readonly PassedOver[] {
  return names.map((name) => passedOver(name, target, name.id === newest.id ? newest.changes : 0));
}
