-- Searches that people keep under a name, for themselves or for everybody.
CREATE TABLE saved_views (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- a removed number does not come back
  owner      TEXT    NOT NULL,                   -- as the audit log names who calls: a user, or `key` and its name
  name       TEXT    NOT NULL COLLATE NOCASE,
  is_shared  INTEGER NOT NULL CHECK (is_shared IN (0, 1)),
  page       TEXT    NOT NULL CHECK (page IN ('tasks', 'alerts', 'files')),
  query      TEXT    NOT NULL,
  sort       TEXT    NOT NULL,                   -- empty: as the page sorts
  columns    TEXT    NOT NULL,                   -- JSON array; empty: those that the page shows
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX saved_views_name ON saved_views (owner, name);
CREATE INDEX saved_views_owner ON saved_views (owner, id);
CREATE INDEX saved_views_owner_page ON saved_views (owner, page, id);
CREATE INDEX saved_views_shared ON saved_views (is_shared, id) WHERE is_shared = 1;
CREATE INDEX saved_views_shared_page ON saved_views (page, id) WHERE is_shared = 1;
