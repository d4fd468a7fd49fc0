-- How the instance did, a row for about a minute, kept for 15 days.
CREATE TABLE health_samples (
  at           INTEGER NOT NULL PRIMARY KEY,         -- the end of that time
  measured_ms  INTEGER NOT NULL,                     -- how long it is
  first        INTEGER NOT NULL CHECK (first IN (FALSE, TRUE)), -- of a start
  bus_ms       INTEGER NOT NULL,                     -- how much of it the bus was not connected
  store_ms     INTEGER NOT NULL,                     -- … the database could not be written, or nothing was taken in
  scheduler_ms INTEGER NOT NULL,                     -- … ticks or loops were late, or failed
  disk_ms      INTEGER NOT NULL,                     -- … a disk had little space
  lag_ms       INTEGER,                              -- the longest from a tick's moment to its transaction; NULL: none ticked
  commit_ms    REAL,                                 -- the slowest transaction of the done topic; NULL: there was none
  loop_ms      REAL NOT NULL,                        -- how late the event loop was, the 99th percentile
  messages     INTEGER NOT NULL,                     -- of the done topic
  memory       INTEGER NOT NULL                      -- bytes of the process at its end
) STRICT;
