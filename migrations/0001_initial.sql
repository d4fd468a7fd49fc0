-- The whole record of what Flowlord decided, sent, heard and declined to do.
--
-- Times are INTEGER milliseconds since 1970, UTC. Booleans are 0 and 1. JSON stands only where a value is read back
-- whole. Rows of the history refer to each other by id without FOREIGN KEY: retention deletes them in steps, oldest
-- first, and a check of every reference would cost the hot path more than it guards.

-- Migrations that this file went through.
CREATE TABLE schema_migrations (
  version    INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;

-- One row an attempt of a task: sent by Flowlord, or heard of on the done topic.
CREATE TABLE task_records (
  id               INTEGER PRIMARY KEY,
  task_id          TEXT    NOT NULL,               -- id of the run, as on the bus: shared by retries and descendants
  type             TEXT    NOT NULL,               -- topic of its worker
  job              TEXT    NOT NULL,
  info             TEXT    NOT NULL,
  info_hash        INTEGER NOT NULL,               -- 53-bit hash of info, so that the key below stays small
  meta             TEXT    NOT NULL,               -- as sent; once finished, as the worker sent it back
  msg              TEXT    NOT NULL DEFAULT '',
  result           TEXT    NOT NULL DEFAULT '',    -- complete, error, warn, alert, or the unknown word that came
  state            TEXT    NOT NULL CHECK (state IN ('waiting', 'queued', 'overdue', 'finished', 'cancelled')),
  held             INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),          -- waiting for a slot of its phase
  holds_slot       INTEGER NOT NULL DEFAULT 0 CHECK (holds_slot IN (0, 1)),    -- counts against the cap of its phase
  origin           TEXT    NOT NULL CHECK (origin IN ('tick', 'child', 'retry', 'file', 'manual', 'external', 'backfill')),
  attempt          INTEGER NOT NULL DEFAULT 0,
  first_attempt_id INTEGER NOT NULL,               -- record of attempt 0; the row's own id when it is that
  parent_id        INTEGER,                        -- record that it came from; all parents stand in task_relationships
  task_time        INTEGER,                        -- the moment the task is about
  phase_id         INTEGER NOT NULL DEFAULT 0,     -- workflow_phases.id, 0 when no phase is known
  version_id       INTEGER NOT NULL DEFAULT 0,     -- workflow_versions.id that decided it
  workflow         TEXT    NOT NULL DEFAULT '',    -- name of the workflow, as in meta
  scheduled_at     INTEGER,                        -- the tick that made it
  position         INTEGER NOT NULL DEFAULT 0,     -- index among the tasks one phase made in one decision
  created          INTEGER,                        -- as on the bus: whole seconds when Flowlord made it
  decided_at       INTEGER NOT NULL,               -- when the row was made
  due_at           INTEGER,                        -- when to send it
  deadline_at      INTEGER,                        -- a result must be there by then
  started          INTEGER,                        -- as the worker reported
  ended            INTEGER,
  finished_at      INTEGER                         -- when the result was recorded
) STRICT;

-- What makes a record the same record. The id comes first because ids grow with time: inserts stay local. The parent
-- is part of it because two parents of one run may each start a child that looks the same.
CREATE UNIQUE INDEX task_records_key
  ON task_records (task_id, type, job, info_hash, ifnull(created, 0), attempt, phase_id, position, ifnull(parent_id, 0));
-- A tick is fired once.
CREATE UNIQUE INDEX task_records_tick
  ON task_records (scheduled_at, phase_id, position) WHERE scheduled_at IS NOT NULL AND attempt = 0;
-- Retries of a task. Not "attempt > 0": comparing that with a query makes SQLite plan the query anew at each use.
CREATE INDEX task_records_attempts ON task_records (first_attempt_id, attempt) WHERE attempt <> 0;
-- Slots in use, and who waits for one.
CREATE INDEX task_records_slots
  ON task_records (phase_id, held, id) WHERE holds_slot = 1 AND state IN ('waiting', 'queued');
-- Whose deadline comes next.
CREATE INDEX task_records_deadline
  ON task_records (deadline_at) WHERE state = 'queued' AND deadline_at IS NOT NULL;
-- Lists, newest first. The two partial ones hold only the rows that lists of trouble ask for.
CREATE INDEX task_records_list ON task_records (type, job, id);
CREATE INDEX task_records_open ON task_records (type, job, state, id) WHERE state <> 'finished';
CREATE INDEX task_records_trouble ON task_records (type, job, result, id) WHERE result NOT IN ('', 'complete');

-- Which record came from which. The key is what makes an effect happen once over all attempts of its parent.
CREATE TABLE task_relationships (
  origin_id INTEGER NOT NULL,                      -- attempt 0 of the parent
  kind      TEXT    NOT NULL CHECK (kind IN ('triggered', 'retry', 'failed_retry', 'file', 'backfill', 'join')),
  phase_id  INTEGER NOT NULL,                      -- phase of the child
  position  INTEGER NOT NULL,                      -- of the child; for a retry its attempt
  parent_id INTEGER NOT NULL,
  child_id  INTEGER NOT NULL,
  PRIMARY KEY (origin_id, kind, phase_id, position)
) STRICT, WITHOUT ROWID;
-- A record names the parent that started it; only the child of a join has more of them.
CREATE INDEX task_relationships_joined ON task_relationships (child_id, parent_id) WHERE kind = 'join';

-- Parents that completed for a phase with join = all.
CREATE TABLE join_arrivals (
  phase_id     INTEGER NOT NULL,                   -- phase of the child
  join_key     TEXT    NOT NULL,                   -- the task time, or the run where there is none
  parent_index INTEGER NOT NULL,                   -- which parent, by its place in dependsOn
  record_id    INTEGER NOT NULL,                   -- the parent's record
  arrived_at   INTEGER NOT NULL,
  child_id     INTEGER,                            -- record of the child, once it was started
  PRIMARY KEY (phase_id, join_key, parent_index)
) STRICT, WITHOUT ROWID;

-- Messages that must still go out. A row that the process owns while it publishes it stands in no index.
CREATE TABLE outbox (
  id        INTEGER PRIMARY KEY,                   -- never reused: a bus may know a resent message by it
  record_id INTEGER,                               -- task_records.id, NULL for other messages
  topic     TEXT    NOT NULL,
  payload   TEXT,                                  -- NULL: written from the record
  due_at    INTEGER NOT NULL,
  owner     TEXT                                   -- instance that is publishing it, NULL when free
) STRICT;
CREATE INDEX outbox_due ON outbox (topic, due_at, id) WHERE owner IS NULL;

-- How far each schedule was decided.
CREATE TABLE schedules (
  phase_id   INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('cron', 'expect')),
  cursor_at  INTEGER NOT NULL,                     -- last moment that was fired, skipped or passed over
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (phase_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_records (
  id         INTEGER PRIMARY KEY,
  created_at INTEGER NOT NULL,
  type       TEXT    NOT NULL,                     -- retry_exhausted, incomplete, …
  severity   TEXT    NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  at_once    INTEGER NOT NULL CHECK (at_once IN (0, 1)),   -- not gathered into the next summary
  task_id    TEXT    NOT NULL,
  task_type  TEXT    NOT NULL,
  job        TEXT    NOT NULL,
  task_time  INTEGER,
  message    TEXT    NOT NULL,
  phase_id   INTEGER NOT NULL,
  record_id  INTEGER                               -- task_records.id, NULL when it is about no task
) STRICT;
CREATE INDEX alert_records_record ON alert_records (record_id) WHERE record_id IS NOT NULL;

-- Every file event that came.
CREATE TABLE file_messages (
  id          INTEGER PRIMARY KEY,
  topic       TEXT    NOT NULL,
  bus_id      TEXT,                                -- the bus's id: a redelivery has the same
  path        TEXT    NOT NULL,
  bucket      TEXT    NOT NULL DEFAULT '',
  size        INTEGER NOT NULL DEFAULT 0,
  line_count  INTEGER NOT NULL DEFAULT 0,
  byte_count  INTEGER NOT NULL DEFAULT 0,
  checksum    TEXT    NOT NULL DEFAULT '',
  etag        TEXT    NOT NULL DEFAULT '',
  generation  TEXT    NOT NULL DEFAULT '',
  created     INTEGER,                             -- of the file
  received_at INTEGER NOT NULL,
  task_time   INTEGER,                             -- found in the path
  matched     INTEGER NOT NULL DEFAULT 0           -- number of phases
) STRICT;
CREATE UNIQUE INDEX file_messages_bus ON file_messages (topic, bus_id) WHERE bus_id IS NOT NULL;

-- Phases that a file event matched, and the task that came of it.
CREATE TABLE file_pattern_matches (
  id              INTEGER PRIMARY KEY,
  file_message_id INTEGER NOT NULL,
  phase_id        INTEGER NOT NULL,
  task_time       INTEGER,
  received_at     INTEGER NOT NULL,
  gather_key      TEXT,                            -- NULL when the phase makes a task of each file
  record_id       INTEGER                          -- first task made of it; NULL: none yet
) STRICT;
CREATE UNIQUE INDEX file_pattern_matches_key ON file_pattern_matches (file_message_id, phase_id);
CREATE INDEX file_pattern_matches_time ON file_pattern_matches (phase_id, task_time, received_at);
CREATE INDEX file_pattern_matches_gathered
  ON file_pattern_matches (phase_id, gather_key, id) WHERE gather_key IS NOT NULL AND record_id IS NULL;

CREATE TABLE workflow_files (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,              -- as in meta
  path       TEXT    NOT NULL,
  version_id INTEGER,                              -- the version in force; NULL when none was ever good
  loaded_id  INTEGER,                              -- the version that was read last, good or not
  loaded_at  INTEGER NOT NULL,
  gone_at    INTEGER                               -- the file is no longer there
) STRICT;

-- Every version of a workflow file that was ever loaded.
CREATE TABLE workflow_versions (
  id        INTEGER PRIMARY KEY,
  file_id   INTEGER NOT NULL REFERENCES workflow_files (id),
  source    TEXT    NOT NULL,
  checksum  TEXT    NOT NULL,
  accepted  INTEGER NOT NULL CHECK (accepted IN (0, 1)),   -- 0: it has an error and never was in force
  loaded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX workflow_versions_file ON workflow_versions (file_id, id);

-- Phases of the versions in force. A phase that left its file keeps its row, because the history refers to it.
CREATE TABLE workflow_phases (
  id         INTEGER PRIMARY KEY,
  file_id    INTEGER NOT NULL REFERENCES workflow_files (id),
  key        TEXT    NOT NULL,                     -- what the phase is known by over versions of its file
  version_id INTEGER NOT NULL REFERENCES workflow_versions (id),   -- the last one it stood in
  task       TEXT    NOT NULL,                     -- as written
  type       TEXT    NOT NULL,
  job        TEXT    NOT NULL,
  depends_on TEXT    NOT NULL,
  rule       TEXT    NOT NULL,
  template   TEXT    NOT NULL,
  retry      INTEGER NOT NULL,
  line       INTEGER NOT NULL,
  removed_at INTEGER,
  UNIQUE (file_id, key)
) STRICT;

CREATE TABLE workflow_dependencies (
  phase_id  INTEGER NOT NULL REFERENCES workflow_phases (id),   -- the child
  parent_id INTEGER NOT NULL REFERENCES workflow_phases (id),
  PRIMARY KEY (phase_id, parent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_dependencies_parent ON workflow_dependencies (parent_id);

-- What the last check of each file found.
CREATE TABLE workflow_issues (
  id         INTEGER PRIMARY KEY,
  file_id    INTEGER NOT NULL REFERENCES workflow_files (id),
  version_id INTEGER NOT NULL REFERENCES workflow_versions (id),
  severity   TEXT    NOT NULL CHECK (severity IN ('error', 'warning')),
  code       TEXT    NOT NULL,
  line       INTEGER NOT NULL,
  "column"   INTEGER NOT NULL,
  message    TEXT    NOT NULL,
  remedy     TEXT    NOT NULL
) STRICT;
CREATE INDEX workflow_issues_file ON workflow_issues (file_id);

-- Everything that was done or not done, and why.
CREATE TABLE decisions (
  id              INTEGER PRIMARY KEY,
  at              INTEGER NOT NULL,
  record_id       INTEGER,                         -- task it is about; NULL: it made none
  file_message_id INTEGER,                         -- file event it is about
  phase_id        INTEGER NOT NULL,
  task_time       INTEGER,
  code            TEXT    NOT NULL,
  data            TEXT    NOT NULL                 -- JSON object
) STRICT;
CREATE INDEX decisions_record ON decisions (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX decisions_not_done ON decisions (phase_id, task_time) WHERE record_id IS NULL;

-- Messages that could not be understood or acted upon.
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL,
  topic       TEXT    NOT NULL,
  payload     TEXT    NOT NULL,
  code        TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  redriven_at INTEGER                              -- fed to its topic again
) STRICT;
CREATE INDEX dead_letters_open ON dead_letters (id) WHERE redriven_at IS NULL;

-- Counters by the hour and the day (UTC) a record was made in. A result counts where its record was counted, however
-- late it comes; total less the other counts is what is unfinished.
CREATE TABLE task_counts_hourly (
  hour      INTEGER NOT NULL,                      -- its first millisecond
  type      TEXT    NOT NULL,
  job       TEXT    NOT NULL,
  total     INTEGER NOT NULL DEFAULT 0,
  complete  INTEGER NOT NULL DEFAULT 0,
  error     INTEGER NOT NULL DEFAULT 0,
  warn      INTEGER NOT NULL DEFAULT 0,
  alert     INTEGER NOT NULL DEFAULT 0,
  unknown   INTEGER NOT NULL DEFAULT 0,            -- finished with another result
  cancelled INTEGER NOT NULL DEFAULT 0,
  run_ms    INTEGER NOT NULL DEFAULT 0,            -- sum of started to ended
  queue_ms  INTEGER NOT NULL DEFAULT 0,            -- sum of created to started
  PRIMARY KEY (hour, type, job)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_counts_daily (
  day       INTEGER NOT NULL,
  type      TEXT    NOT NULL,
  job       TEXT    NOT NULL,
  total     INTEGER NOT NULL DEFAULT 0,
  complete  INTEGER NOT NULL DEFAULT 0,
  error     INTEGER NOT NULL DEFAULT 0,
  warn      INTEGER NOT NULL DEFAULT 0,
  alert     INTEGER NOT NULL DEFAULT 0,
  unknown   INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  run_ms    INTEGER NOT NULL DEFAULT 0,
  queue_ms  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, type, job)
) STRICT, WITHOUT ROWID;

-- Files of watched folders that were announced, so that each content is announced once.
CREATE TABLE watched_files (
  path        TEXT    NOT NULL PRIMARY KEY,
  fingerprint TEXT    NOT NULL,
  seen_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What belongs to the instance: offsets of the file bus, the mark of a clean stop.
CREATE TABLE instance_state (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The older program's view of its tasks: same columns, times as text.
CREATE VIEW tasks AS
SELECT
  task_id AS id, type, job, info, meta, msg, result,
  CASE WHEN started IS NULL OR ended IS NULL THEN NULL ELSE (ended - started) / 1000 END AS task_seconds,
  CASE WHEN started IS NULL OR ended IS NULL OR ended < started THEN NULL
       ELSE strftime('%H:%M:%S', (ended - started) / 1000, 'unixepoch') END AS task_time,
  CASE WHEN created IS NULL OR started IS NULL THEN NULL ELSE (started - created) / 1000 END AS queue_seconds,
  CASE WHEN created IS NULL OR started IS NULL OR started < created THEN NULL
       ELSE strftime('%H:%M:%S', (started - created) / 1000, 'unixepoch') END AS queue_time,
  ifnull(strftime('%Y-%m-%dT%H:%M:%SZ', created / 1000, 'unixepoch'), '') AS created,
  ifnull(strftime('%Y-%m-%dT%H:%M:%SZ', started / 1000, 'unixepoch'), '') AS started,
  ifnull(strftime('%Y-%m-%dT%H:%M:%SZ', ended / 1000, 'unixepoch'), '') AS ended
FROM task_records;
