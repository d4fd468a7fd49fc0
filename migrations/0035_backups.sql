-- Backups of this database, its own row before the snapshot is taken: a database that knows a backup has all that is in it.
-- A restore adds what it set aside, so that it is not taken for something that was forgotten.
CREATE TABLE backup_metadata (
  id               TEXT    NOT NULL PRIMARY KEY,     -- UUIDv7
  reason           TEXT    NOT NULL CHECK (reason IN ('schedule', 'hand', 'stop', 'restore')),
  state            TEXT    NOT NULL CHECK (state IN ('running', 'verified', 'failed', 'set_aside')),
  started_at       INTEGER NOT NULL,
  ended_at         INTEGER,
  changes          INTEGER NOT NULL,                 -- the sum of the highest ids when it began
  target           TEXT    NOT NULL,                 -- the address of the bucket or folder
  object           TEXT,                             -- key of the snapshot below the target
  object_version   TEXT,                             -- generation or ETag
  schema_version   INTEGER,
  database_bytes   INTEGER,
  object_bytes     INTEGER,
  database_sha256  TEXT,
  object_sha256    TEXT,
  encrypted        INTEGER NOT NULL DEFAULT FALSE CHECK (encrypted IN (FALSE, TRUE)),
  table_rows       TEXT,                             -- JSON: rows by table
  snapshot_ms      INTEGER,
  upload_ms        INTEGER,
  verify_ms        INTEGER,
  removed_at       INTEGER,                          -- when the keep policy removed its objects
  failure          TEXT                              -- why it is not good
) STRICT, WITHOUT ROWID;

CREATE INDEX backup_metadata_started ON backup_metadata (started_at, id);
CREATE INDEX backup_metadata_state ON backup_metadata (state, started_at, id);
