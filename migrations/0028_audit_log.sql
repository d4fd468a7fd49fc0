-- What people and keys changed through the API or the command line, and logins, refused ones too.
CREATE TABLE audit_log (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  who        TEXT    NOT NULL,
  via        TEXT    NOT NULL CHECK (via IN ('session', 'key', 'proxy', 'token', 'loopback', 'command', 'none')),
  address    TEXT    NOT NULL,                       -- empty: no network was involved
  request_id TEXT    NOT NULL,
  act        TEXT    NOT NULL,                       -- the route, or the act of a command
  target     TEXT    NOT NULL,                       -- the path that was called
  outcome    TEXT    NOT NULL CHECK (outcome IN ('done', 'refused')),
  before     TEXT,                                   -- JSON: what was there, where the act knows it
  after      TEXT                                    -- JSON: what was asked for, or what is there now
) STRICT;
CREATE INDEX audit_log_who ON audit_log (who, id);
