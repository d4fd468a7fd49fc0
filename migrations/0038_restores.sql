-- That this database was restored: written into the restored file before it takes its place, so that its first start knows it.
CREATE TABLE restores (
  id           TEXT    NOT NULL PRIMARY KEY,         -- UUIDv7
  backup_id    TEXT,                                 -- NULL: a plain copy of the older program
  data_at      INTEGER NOT NULL,                     -- the moment whose data it is
  restored_at  INTEGER NOT NULL,
  reason       TEXT    NOT NULL CHECK (reason IN ('missing', 'hand', 'remote')),
  kept_aside   TEXT,                                 -- where the file is that was replaced; NULL: there was none
  -- Whether what was going on at data_at waits for somebody's decision; 'none': nothing does.
  state        TEXT    NOT NULL CHECK (state IN ('held', 'accepted', 'dropped', 'none')),
  alerted_at   INTEGER                               -- NULL: the alert database_restored is still to be raised
) STRICT, WITHOUT ROWID;

CREATE INDEX restores_restored ON restores (restored_at, id);
