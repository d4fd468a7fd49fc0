-- Who may use the API: people with a password and their sessions, and keys of programs. What a secret hashes to is stored, never
-- the secret itself.
CREATE TABLE users (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,   -- a number does not come back, so that old sessions belong to nobody
  name          TEXT    NOT NULL UNIQUE COLLATE NOCASE,
  role          TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'auditor')),
  password      TEXT    NOT NULL,                    -- scrypt, in the PHC string format
  created_at    INTEGER NOT NULL,
  last_login_at INTEGER,
  disabled_at   INTEGER                              -- NULL: may log in
) STRICT;

CREATE TABLE sessions (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  token_sha256 TEXT    NOT NULL UNIQUE,
  user_id      INTEGER NOT NULL REFERENCES users (id),
  created_at   INTEGER NOT NULL,
  used_at      INTEGER NOT NULL,                     -- to the minute
  expires_at   INTEGER NOT NULL,                     -- however often it is used
  address      TEXT    NOT NULL,                     -- from which it was opened
  agent        TEXT    NOT NULL                      -- what the browser called itself then
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE api_keys (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT    NOT NULL,
  beginning  TEXT    NOT NULL,                       -- the first characters, to recognise it by
  key_sha256 TEXT    NOT NULL UNIQUE,
  role       TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'auditor')),
  created_by TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,                                -- NULL: never
  used_at    INTEGER,                                -- to the minute
  revoked_at INTEGER
) STRICT;
-- A name may be given again once its key is revoked.
CREATE UNIQUE INDEX api_keys_name ON api_keys (name COLLATE NOCASE) WHERE revoked_at IS NULL;
