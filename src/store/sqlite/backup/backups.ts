import type { BackupQueries, BackupRow, BackupStore, VerifiedBackup } from "../../backup/backup-store.ts";
import type { RestoreRow } from "../../backup/restore-row.ts";
import type { Connection, Statement, Statements } from "../database/connection.ts";
import type { Writer } from "../write/writer.ts";
import { SET_ASIDE, setAsideValues, SETTLE, settleValues } from "./backup-rows.ts";
import { changesOf } from "./snapshot.ts";

const COLUMNS = `id, reason, state, started_at, ended_at, changes, target, object, object_version, schema_version, database_bytes,
  object_bytes, database_sha256, object_sha256, encrypted, table_rows, snapshot_ms, upload_ms, verify_ms, removed_at, failure`;

/** Writes `backup_metadata`. */
export class Backups {
  readonly #begin: Statement;
  readonly #verified: Statement;
  readonly #failed: Statement;
  readonly #removed: Statement;
  readonly #abandon: Statement;
  readonly #setAside: Statement;
  readonly #settle: Statement;
  readonly #restoresToAlert: Statement<RestoreRow>;
  readonly #alertedRestore: Statement;

  constructor(statements: Statements) {
    this.#begin = statements.prepare(
      "backups.begin",
      "INSERT INTO backup_metadata (id, reason, state, started_at, changes, target) VALUES (?, ?, 'running', ?, ?, ?)",
    );
    this.#verified = statements.prepare(
      "backups.verified",
      `UPDATE backup_metadata SET state = 'verified', ended_at = ?, changes = ?, object = ?, object_version = ?, schema_version = ?,
         database_bytes = ?, object_bytes = ?, database_sha256 = ?, object_sha256 = ?, encrypted = ?, table_rows = ?,
         snapshot_ms = ?, upload_ms = ?, verify_ms = ?
       WHERE id = ? AND state = 'running'`,
    );
    this.#failed = statements.prepare(
      "backups.failed",
      "UPDATE backup_metadata SET state = 'failed', ended_at = ?, failure = ? WHERE id = ? AND state = 'running'",
    );
    this.#abandon = statements.prepare(
      "backups.abandon",
      "UPDATE backup_metadata SET state = 'failed', ended_at = ?, failure = 'Flowlord ended while it was made.' WHERE state = 'running'",
    );
    this.#removed = statements.prepare("backups.removed", "UPDATE backup_metadata SET removed_at = ? WHERE id = ?");
    this.#setAside = statements.prepare("backups.set_aside", SET_ASIDE);
    this.#settle = statements.prepare("backups.settle", SETTLE);
    this.#restoresToAlert = statements.prepare(
      "restores.to_alert",
      `SELECT id, backup_id, data_at, restored_at, reason, kept_aside, state, alerted_at
       FROM restores WHERE alerted_at IS NULL ORDER BY restored_at, id`,
    );
    this.#alertedRestore = statements.prepare("restores.alerted", "UPDATE restores SET alerted_at = ? WHERE id = ?");
  }

  #verify(id: string, found: VerifiedBackup, now: number): void {
    this.#verified.run(
      now,
      found.changes,
      found.object,
      found.object_version,
      found.schema_version,
      found.database_bytes,
      found.object_bytes,
      found.database_sha256,
      found.object_sha256,
      found.encrypted,
      found.table_rows,
      found.snapshot_ms,
      found.upload_ms,
      found.verify_ms,
      id,
    );
  }

  /** Those that a process which is gone has begun. */
  abandon(now: number): void {
    this.#abandon.run(now);
  }

  /** The port's methods; `db`: the writer's connection. */
  store(db: Connection, writer: Writer): BackupStore {
    return {
      changes: async () => changesOf(db),
      begin: async ({ id, reason, target }, startedAt) =>
        writer.transaction(() => void this.#begin.run(id, reason, startedAt, changesOf(db), target)),
      verified: async (id, found, now) => writer.transaction(() => this.#verify(id, found, now)),
      failed: async (id, failure, now) => writer.transaction(() => void this.#failed.run(now, failure, id)),
      removed: async (ids, now) => writer.transaction(() => ids.forEach((id) => this.#removed.run(now, id))),
      setAside: async (rows) =>
        writer.transaction(() => rows.forEach((row) => this.#setAside.run(...setAsideValues(row)))),
      settle: async (id, facts) => writer.transaction(() => void this.#settle.run(...settleValues(id, facts))),
      restoresToAlert: async () => this.#restoresToAlert.all(),
      alertedRestore: async (id, now) => writer.transaction(() => void this.#alertedRestore.run(now, id)),
    };
  }
}

/** Reads `backup_metadata`. */
export class BackupReader {
  readonly #all: Statement<BackupRow>;
  readonly #inState: Statement<BackupRow>;
  readonly #one: Statement<BackupRow>;

  constructor(statements: Statements) {
    const before = "(started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT ?";
    this.#all = statements.prepare("backups.all", `SELECT ${COLUMNS} FROM backup_metadata WHERE ${before}`);
    this.#inState = statements.prepare(
      "backups.in_state",
      `SELECT ${COLUMNS} FROM backup_metadata WHERE state = ? AND ${before}`,
    );
    this.#one = statements.prepare("backups.one", `SELECT ${COLUMNS} FROM backup_metadata WHERE id = ?`);
  }

  list({ limit, before, state }: Parameters<BackupQueries["list"]>[0]): readonly BackupRow[] {
    const from = before === null ? [Number.MAX_SAFE_INTEGER, ""] : [before.startedAt, before.id];
    return state === null ? this.#all.all(...from, limit) : this.#inState.all(state, ...from, limit);
  }

  one(id: string): BackupRow | null {
    return this.#one.get(id) ?? null;
  }
}

export function backupQueries(query: <T>(read: (reader: BackupReader) => T) => T): BackupQueries {
  return {
    list: async (page) => query((reader) => reader.list(page)),
    one: async (id) => query((reader) => reader.one(id)),
  };
}
