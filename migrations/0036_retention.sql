-- How long history is kept, and what was deleted.

-- What people set instead of the configuration; NULL: as it says. A row a table.
CREATE TABLE retention_policies (
  name       TEXT    NOT NULL PRIMARY KEY,         -- of the table
  days       REAL,                                 -- since the end of what a row is about
  max_rows   INTEGER,                              -- 0: no limit
  enabled    INTEGER CHECK (enabled IN (0, 1)),
  changed_at INTEGER,                              -- NULL: nobody set anything
  changed_by TEXT    NOT NULL DEFAULT '',
  -- Of the last cleanup of the table that went to its end.
  cleanup_id INTEGER,                              -- cleanups.id
  cleaned_at INTEGER,
  deleted    INTEGER NOT NULL DEFAULT 0,           -- rows of the table
  belonging  INTEGER NOT NULL DEFAULT 0            -- rows of other tables that went with them
) STRICT, WITHOUT ROWID;

-- Each cleanup, daily or asked for: what it is to delete, how far it is, and what it deleted. It goes on after a restart.
CREATE TABLE cleanups (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  cause       TEXT    NOT NULL CHECK (cause IN ('daily', 'hand', 'refresh')),
  state       TEXT    NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
  dry_run     INTEGER NOT NULL CHECK (dry_run IN (0, 1)),
  plan        TEXT    NOT NULL,                    -- JSON: table, limits of time and rows, in their order
  at_step     INTEGER NOT NULL DEFAULT 0,          -- which of them it is at
  cursor      TEXT,                                -- JSON: how far it is with that table; NULL: at its beginning
  deleted     TEXT    NOT NULL DEFAULT '{}',       -- JSON: by table of the plan, by table, how many rows
  created_by  TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  ended_at    INTEGER
) STRICT;
CREATE INDEX cleanups_running ON cleanups (dry_run DESC, id) WHERE state = 'running';
CREATE INDEX cleanups_daily ON cleanups (id) WHERE cause = 'daily';

-- What is old, by table. Tasks are found by `task_blocks`.
CREATE INDEX alert_notifications_finished ON alert_notifications (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX decisions_alone ON decisions (at) WHERE record_id IS NULL AND file_message_id IS NULL;
CREATE INDEX dead_letters_received ON dead_letters (received_at);
CREATE INDEX backfills_ended ON backfills (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX bulk_jobs_created ON bulk_jobs (created_at);
CREATE INDEX silences_ended ON silences (ends_at) WHERE state = 'ended';
CREATE INDEX pauses_ended ON pauses (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX file_counts_hourly_hour ON file_counts_hourly (hour);
CREATE INDEX file_timings_hourly_hour ON file_timings_hourly (hour);
-- What goes with a task, or keeps it.
CREATE INDEX reported_paths_record ON reported_paths (record_id);
CREATE INDEX backfill_slots_record ON backfill_slots (record_id) WHERE record_id IS NOT NULL;

-- Tables whose ids SQLite gave: one above the highest that is left, so again the old ones once a table was emptied.
INSERT INTO id_sequences (name, high_id) VALUES
  ('decisions', (SELECT ifnull(max(id), 0) FROM decisions)),
  ('file_pattern_matches', (SELECT ifnull(max(id), 0) FROM file_pattern_matches)),
  ('alert_changes', (SELECT ifnull(max(id), 0) FROM alert_changes)),
  ('alert_notifications', (SELECT max(ifnull(max(id), 0),
    ifnull((SELECT max(notification_id) FROM notified_alerts), 0)) FROM alert_notifications)),
  ('backfills', (SELECT ifnull(max(id), 0) FROM backfills)),
  ('bulk_jobs', (SELECT ifnull(max(id), 0) FROM bulk_jobs)),
  ('pauses', (SELECT ifnull(max(id), 0) FROM pauses));

-- A segment of the search index of which so much (per cent) was deleted is merged without it.
INSERT INTO task_search (task_search, rank) VALUES ('deletemerge', 30);
