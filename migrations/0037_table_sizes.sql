-- How large each table is, once an hour; of days that are over a week ago only the first measurement of each is kept, for a year.
CREATE TABLE table_sizes (
  measured_at INTEGER NOT NULL,
  name        TEXT    NOT NULL,                      -- the table
  rows        INTEGER,                               -- NULL: its entries are no rows (behind a search index)
  bytes       INTEGER NOT NULL,                      -- its pages
  index_bytes INTEGER NOT NULL,                      -- those of its indexes
  daily       INTEGER NOT NULL CHECK (daily IN (FALSE, TRUE)), -- the first of its day (UTC)
  PRIMARY KEY (measured_at, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX table_sizes_hourly ON table_sizes (measured_at) WHERE daily = FALSE;
