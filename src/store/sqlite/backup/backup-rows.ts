/** Statements on `backup_metadata` that a restored file needs too, before a store has it open. */
import type { PassedOver, StoredFacts } from "../../backup/backup-store.ts";

/** A backup that this database gives up: from now on it knows it. */
export const SET_ASIDE = `INSERT INTO backup_metadata (id, reason, state, started_at, changes, target, object)
  VALUES (?, 'restore', 'set_aside', ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

export function setAsideValues({ id, started_at, changes, target, object }: PassedOver): readonly unknown[] {
  return [id, started_at, changes, target, object];
}

/** What its manifest says of a backup that was not called verified: because it ended after the snapshot, or was killed then. */
export const SETTLE = `UPDATE backup_metadata SET state = 'verified', ended_at = ?, changes = ?, target = ?, object = ?, object_version = ?,
    schema_version = ?, database_bytes = ?, object_bytes = ?, database_sha256 = ?, object_sha256 = ?, encrypted = ?, table_rows = ?,
    failure = NULL
  WHERE id = ? AND state IN ('running', 'failed')`;

export function settleValues(id: string, facts: StoredFacts): readonly unknown[] {
  return [
    facts.verified_at,
    facts.changes,
    facts.target,
    facts.object,
    facts.object_version,
    facts.schema_version,
    facts.database_bytes,
    facts.object_bytes,
    facts.database_sha256,
    facts.object_sha256,
    facts.encrypted,
    facts.table_rows,
    id,
  ];
}
