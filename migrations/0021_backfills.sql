-- Tasks for past times, made under a cap of their own. Slots are written in pages, ahead of the tasks that are made of them.
CREATE TABLE backfills (
  id              INTEGER PRIMARY KEY,
  phase_id        INTEGER NOT NULL,                -- workflow_phases.id
  type            TEXT    NOT NULL,
  job             TEXT    NOT NULL,
  workflow        TEXT    NOT NULL,
  state           TEXT    NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'finished')),
  note            TEXT    NOT NULL DEFAULT '',     -- why it is paused or cancelled
  spec            TEXT    NOT NULL,                -- JSON: span, steps, order, template, rows
  selection       TEXT    NOT NULL,                -- which moments get a task: all, or missing, failed, or both
  children        INTEGER NOT NULL CHECK (children IN (0, 1)),           -- whether children of its tasks are started
  stop_on_failure INTEGER NOT NULL CHECK (stop_on_failure IN (0, 1)),
  max_active      INTEGER NOT NULL,                -- how many of its tasks may be unfinished at a time
  total           INTEGER NOT NULL,                -- slots, as counted before; exact once planned
  planned         INTEGER NOT NULL DEFAULT 0 CHECK (planned IN (0, 1)),  -- all slots are written
  cursor_at       INTEGER,                         -- the last moment that was looked at, and its row
  cursor_row      INTEGER,
  slots           INTEGER NOT NULL DEFAULT 0,      -- rows of backfill_slots
  waiting         INTEGER NOT NULL DEFAULT 0,      -- how many of them are in each state
  active          INTEGER NOT NULL DEFAULT 0,
  complete        INTEGER NOT NULL DEFAULT 0,
  failed          INTEGER NOT NULL DEFAULT 0,
  cancelled       INTEGER NOT NULL DEFAULT 0,
  created_by      TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  ended_at        INTEGER                          -- finished, or cancelled with nothing left to do
) STRICT;
CREATE INDEX backfills_open ON backfills (id) WHERE ended_at IS NULL;

CREATE TABLE backfill_slots (
  backfill_id INTEGER NOT NULL REFERENCES backfills (id),
  position    INTEGER NOT NULL,                    -- in the order in which their tasks are made, from 1
  about_at    INTEGER NOT NULL,                    -- the moment of its task
  row         INTEGER NOT NULL,                    -- index of its row of meta, 0 without rows
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'active', 'complete', 'failed', 'cancelled')),
  record_id   INTEGER,                             -- its task: attempt 0
  PRIMARY KEY (backfill_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX backfill_slots_state ON backfill_slots (backfill_id, state, position);
