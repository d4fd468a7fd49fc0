-- Alerts: one row a cause, what each repetition was, who changed the state, what was sent to whom, and what is silenced.

DROP INDEX alert_records_record;
ALTER TABLE alert_records RENAME TO alert_records_before;

-- One row a cause while it is not resolved: type, task type, job, task time and `cause`. Repetition raises `count`.
CREATE TABLE alert_records (
  id           INTEGER PRIMARY KEY,
  type         TEXT    NOT NULL,                   -- retry_exhausted, incomplete, …
  severity     TEXT    NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  state        TEXT    NOT NULL CHECK (state IN ('open', 'acknowledged', 'silenced', 'resolved')),
  at_once      INTEGER NOT NULL CHECK (at_once IN (0, 1)),   -- not gathered into the next summary
  task_type    TEXT    NOT NULL,
  job          TEXT    NOT NULL,
  task_time    INTEGER,
  cause        TEXT    NOT NULL DEFAULT '',        -- what else tells causes apart: a file, a bus, a channel; empty for tasks
  workflow     TEXT    NOT NULL DEFAULT '',
  phase_id     INTEGER NOT NULL,
  labels       TEXT    NOT NULL DEFAULT '',        -- meta of the newest task, as a query string
  notify       TEXT    NOT NULL DEFAULT '',        -- channels that the rule names, with commas; empty: whom the matchers say
  message      TEXT    NOT NULL,                   -- of the newest occurrence
  task_id      TEXT    NOT NULL,                   -- run of the newest occurrence
  record_id    INTEGER,                            -- task_records.id of the newest occurrence
  task_created INTEGER,
  count        INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,                   -- first seen
  last_seen    INTEGER NOT NULL,
  newest_id    INTEGER NOT NULL DEFAULT 0,         -- alert_occurrences.id: a channel whose cursor is before it was not told of it
  silence_id   INTEGER                             -- silences.id, while it is silenced
) STRICT;
INSERT INTO alert_records (id, type, severity, state, at_once, task_type, job, task_time, phase_id, message, task_id, record_id, count, created_at, last_seen, cause)
  SELECT id, CASE type WHEN 'meta_rows_invalid' THEN 'workflow_invalid' ELSE type END, severity, 'open', at_once, task_type, job, task_time,
    phase_id, message, task_id, record_id, 1, created_at, created_at, 'before 2: ' || id
  FROM alert_records_before;
-- The cause while it lasts; also what a task that completes resolves.
CREATE UNIQUE INDEX alert_records_cause
  ON alert_records (task_type, job, ifnull(task_time, -1), type, cause) WHERE state <> 'resolved';
-- What lasts: by state, by type, and counted.
CREATE INDEX alert_records_state ON alert_records (state, id) WHERE state <> 'resolved';
CREATE INDEX alert_records_lasting ON alert_records (type, id) WHERE state <> 'resolved';
CREATE INDEX alert_records_counts ON alert_records (state, severity) WHERE state <> 'resolved';
CREATE INDEX alert_records_silenced ON alert_records (silence_id, id) WHERE state = 'silenced';
-- What channels are to be told.
CREATE INDEX alert_records_news ON alert_records (at_once, newest_id) WHERE state = 'open';
-- The history.
CREATE INDEX alert_records_type ON alert_records (type, id);
CREATE INDEX alert_records_task ON alert_records (task_type, job, id);
CREATE INDEX alert_records_seen ON alert_records (last_seen, id);

-- Every single time that a cause showed, and each time that it was opened again after a silence.
CREATE TABLE alert_occurrences (
  id         INTEGER PRIMARY KEY,                  -- grows with time: how far a channel was told is one of these
  alert_id   INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  record_id  INTEGER,
  task_id    TEXT    NOT NULL,
  stands_for INTEGER NOT NULL DEFAULT 1,           -- occurrences that it counts for
  silenced   INTEGER NOT NULL DEFAULT 0 CHECK (silenced IN (0, 1)),  -- not told by itself
  reopened   INTEGER NOT NULL DEFAULT 0 CHECK (reopened IN (0, 1)),  -- a silence ended before the cause: tells of all silenced before it
  message    TEXT    NOT NULL,
  task       TEXT    NOT NULL DEFAULT ''           -- JSON: the task as it came, of what is told at once
) STRICT;
INSERT INTO alert_occurrences (alert_id, at, record_id, task_id, message)
  SELECT id, created_at, record_id, task_id, message FROM alert_records_before ORDER BY id;
UPDATE alert_records SET newest_id = (SELECT o.id FROM alert_occurrences o WHERE o.alert_id = alert_records.id);
CREATE INDEX alert_occurrences_alert ON alert_occurrences (alert_id, id, silenced, stands_for);
CREATE INDEX alert_occurrences_record ON alert_occurrences (record_id) WHERE record_id IS NOT NULL;
DROP TABLE alert_records_before;

-- Each change of state: who, when and why.
CREATE TABLE alert_changes (
  id       INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  state    TEXT    NOT NULL CHECK (state IN ('open', 'acknowledged', 'silenced', 'resolved')),
  by       TEXT    NOT NULL,
  note     TEXT    NOT NULL
) STRICT;
CREATE INDEX alert_changes_alert ON alert_changes (alert_id, id);

-- How far each channel was told, and when it is looked at again.
CREATE TABLE alert_channels (
  name         TEXT    NOT NULL PRIMARY KEY,
  cursor_id    INTEGER NOT NULL,                   -- last of alert_occurrences that was decided for its summaries
  interval_ms  INTEGER NOT NULL,                   -- in force
  next_at      INTEGER NOT NULL,
  once_id      INTEGER NOT NULL,                   -- last of alert_occurrences that was decided of those told at once
  once_next_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Each message to people, from its decision to the receiver's answer.
CREATE TABLE alert_notifications (
  id          INTEGER PRIMARY KEY,
  channel     TEXT    NOT NULL,
  kind        TEXT    NOT NULL CHECK (kind IN ('at_once', 'summary', 'test')),
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed')),
  delivery_id TEXT    NOT NULL UNIQUE,             -- the receiver knows a repeat by it
  alerts      TEXT    NOT NULL,                    -- JSON: the alerts covered, as they were then; the first 200
  occurrences INTEGER NOT NULL,                    -- told by it, of all alerts
  after_id    INTEGER NOT NULL,                    -- it tells of alert_occurrences after this one …
  until_id    INTEGER NOT NULL,                    -- … up to this one
  text        TEXT    NOT NULL,
  interval_ms INTEGER NOT NULL,                    -- in force when it was decided
  next_at     INTEGER,                             -- when its channel was to be looked at next
  created_at  INTEGER NOT NULL,
  due_at      INTEGER NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  answer      TEXT    NOT NULL DEFAULT '',         -- of the receiver to the last attempt
  finished_at INTEGER
) STRICT;
CREATE INDEX alert_notifications_due ON alert_notifications (due_at, id) WHERE state = 'waiting';
CREATE INDEX alert_notifications_unfinished ON alert_notifications (channel, kind) WHERE state IN ('waiting', 'sending');
CREATE INDEX alert_notifications_channel ON alert_notifications (channel, id);

CREATE TABLE silences (
  id         INTEGER PRIMARY KEY,
  alert_id   INTEGER,                              -- about this alert alone; NULL: about what the matchers say
  matchers   TEXT    NOT NULL,                     -- JSON
  starts_at  INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL,
  author     TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  removed_at INTEGER,                              -- ended before its time
  removed_by TEXT    NOT NULL DEFAULT '',
  looked_to  INTEGER NOT NULL DEFAULT 0,           -- alert_records.id: alerts up to this one were looked at since it began
  state      TEXT    NOT NULL CHECK (state IN ('planned', 'in_force', 'ended')),
  CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX silences_lasting ON silences (id) WHERE state <> 'ended';

-- Whether letters of one cause are still open: then its alert is not over.
CREATE INDEX dead_letters_cause ON dead_letters (topic, code) WHERE redriven_at IS NULL;
