import type { RestoreRow } from "./restore-row.ts";

/** Why a backup was made; `restore`: why its row was: a restore set it aside. */
export type BackupReason = "schedule" | "hand" | "stop" | "restore";

/** `set_aside`: known by a restore to an earlier time, which gave it up. */
export type BackupState = "running" | "verified" | "failed" | "set_aside";

/** `backup_metadata`. Times are milliseconds since 1970. */
export interface BackupRow {
  /** UUID. */
  readonly id: string;
  readonly reason: BackupReason;
  readonly state: BackupState;
  readonly started_at: number;
  readonly ended_at: number | null;
  /** How much is recorded in it; until it is verified, how much the database had recorded when it began. */
  readonly changes: number;
  /** The address of the bucket or folder. */
  readonly target: string;
  /** Key of the snapshot below the target. */
  readonly object: string | null;
  readonly object_version: string | null;
  readonly schema_version: number | null;
  readonly database_bytes: number | null;
  readonly object_bytes: number | null;
  readonly database_sha256: string | null;
  readonly object_sha256: string | null;
  readonly encrypted: 0 | 1;
  /** JSON: rows by table. */
  readonly table_rows: string | null;
  readonly snapshot_ms: number | null;
  readonly upload_ms: number | null;
  readonly verify_ms: number | null;
  /** When the keep policy removed its objects. */
  readonly removed_at: number | null;
  /** Why it is not good; null unless it failed. */
  readonly failure: string | null;
}

export type VerifiedBackup = {
  readonly [
    Column in Exclude<
      keyof BackupRow,
      "id" | "reason" | "state" | "started_at" | "ended_at" | "target" | "removed_at" | "failure"
    >
  ]: NonNullable<BackupRow[Column]>;
};

/** A backup as its manifest tells of it. */
export type StoredFacts = {
  readonly [
    Column in
      | "changes"
      | "target"
      | "object"
      | "object_version"
      | "schema_version"
      | "database_bytes"
      | "object_bytes"
      | "database_sha256"
      | "object_sha256"
      | "table_rows"
  ]: NonNullable<BackupRow[Column]>;
} & Pick<BackupRow, "encrypted"> & { readonly verified_at: number };

/** A backup that is newer than what is restored, and is given up. */
export type PassedOver = Pick<BackupRow, "id" | "started_at" | "changes" | "target" | "object">;

export interface BackupStore {
  /** How much the database has recorded. */
  changes(): Promise<number>;
  /** Before its snapshot is taken, so that the snapshot knows it. `startedAt`: later than that of all before it. */
  begin(backup: Pick<BackupRow, "id" | "reason" | "target">, startedAt: number): Promise<void>;
  verified(id: string, found: VerifiedBackup, now: number): Promise<void>;
  failed(id: string, failure: string, now: number): Promise<void>;
  /** The objects of these are gone. */
  removed(ids: readonly string[], now: number): Promise<void>;
  /** Gives these up, so that compareHistories says `current`; those that the database knows stay as they are. */
  setAside(backups: readonly PassedOver[]): Promise<void>;
  /** A backup that ended well, but was called failed because nobody was left to hear of it. */
  settle(id: string, facts: StoredFacts): Promise<void>;
  /** Restores of which no alert was raised yet. */
  restoresToAlert(): Promise<readonly RestoreRow[]>;
  alertedRestore(id: string, now: number): Promise<void>;
}

export interface BackupQueries {
  /** Newest first; `before`: the id and start of the last row of the page before. */
  list(page: {
    readonly limit: number;
    readonly before: { readonly startedAt: number; readonly id: string } | null;
    readonly state: BackupState | null;
  }): Promise<readonly BackupRow[]>;
  one(id: string): Promise<BackupRow | null>;
}
