-- Search over the whole history of tasks, and how long tasks took.

-- Words of each record's info, meta (decoded, with the workflow's name) and msg; the row's id is that of the record.
-- Filled behind the writer. Each word stands with four characters before it that name the 32,768 records its own is one
-- of (base 36 of id / 32768): SQLite walks through all rows of a word, so a word must not have more than that many.
-- The words are made by Flowlord, so the plainest tokenizer will do.
CREATE VIRTUAL TABLE task_search USING fts5 (
  info, meta, msg, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- Segments are merged a little at a time by the filler, never inside of somebody's commit.
INSERT INTO task_search (task_search, rank) VALUES ('automerge', 0);
INSERT INTO task_search (task_search, rank) VALUES ('crisismerge', 200);
INSERT INTO task_search (task_search, rank) VALUES ('deletemerge', 0);

-- What lies in 2,048 records each (block = id / 2048), so that a search passes over those that cannot match. NULL: none
-- of them has the value. Filled with the words; wide enough always, tight until a record changes.
CREATE TABLE task_blocks (
  block         INTEGER PRIMARY KEY,
  created_min   INTEGER,
  created_max   INTEGER,
  decided_min   INTEGER,
  decided_max   INTEGER,
  started_min   INTEGER,
  started_max   INTEGER,
  ended_min     INTEGER,
  ended_max     INTEGER,
  finished_min  INTEGER,
  finished_max  INTEGER,
  task_time_min INTEGER,
  task_time_max INTEGER,
  run_max       INTEGER,                           -- longest started to ended, in ms
  queue_max     INTEGER,                           -- longest created to started, in ms
  attempt_max   INTEGER
) STRICT;

-- Records that changed after they were made: a row a transaction, until their words were looked at again.
CREATE TABLE search_pending (
  id         INTEGER PRIMARY KEY,
  record_ids TEXT    NOT NULL                      -- JSON list
) STRICT;

-- Up to which record the words were taken, one row.
CREATE TABLE search_progress (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  record_id INTEGER NOT NULL
) STRICT;
INSERT INTO search_progress (id, record_id) VALUES (1, 0);

-- Histograms of durations, by the hour (UTC) a record was made in: JSON objects {bucket: count}. Bucket n holds
-- durations of 2^(n/8) ms and more, up to 2^((n+1)/8) ms; bucket 0 also shorter ones.
CREATE TABLE task_timings_hourly (
  hour  INTEGER NOT NULL,
  type  TEXT    NOT NULL,
  job   TEXT    NOT NULL,
  run   TEXT    NOT NULL,                          -- started to ended
  queue TEXT    NOT NULL,                          -- created to started
  PRIMARY KEY (hour, type, job)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_timings_daily (
  day   INTEGER NOT NULL,
  type  TEXT    NOT NULL,
  job   TEXT    NOT NULL,
  run   TEXT    NOT NULL,
  queue TEXT    NOT NULL,
  PRIMARY KEY (day, type, job)
) STRICT, WITHOUT ROWID;
