-- What a person does to many tasks, in steps that a restart continues.
CREATE TABLE bulk_jobs (
  id          INTEGER PRIMARY KEY,
  state       TEXT    NOT NULL CHECK (state IN ('filling', 'running', 'done')),
  request     TEXT    NOT NULL,                    -- JSON: what is done, by whom and why
  created_at  INTEGER NOT NULL,
  finished_at INTEGER,
  total       INTEGER NOT NULL DEFAULT 0,          -- tasks
  changed     INTEGER NOT NULL DEFAULT 0,          -- of these, done
  refused     INTEGER NOT NULL DEFAULT 0,          -- of these, left as they are
  refusals    TEXT    NOT NULL DEFAULT '[]'        -- JSON: record_id and refused of the first of them
) STRICT;
CREATE INDEX bulk_jobs_running ON bulk_jobs (id) WHERE state = 'running';

-- What is left of each job.
CREATE TABLE bulk_items (
  job_id    INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (job_id, record_id)
) STRICT, WITHOUT ROWID;
