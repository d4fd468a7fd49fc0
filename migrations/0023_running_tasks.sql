-- Between `queued` (in the outbox) and `finished` a task is `sent` (the bus confirmed it) and `running` (its worker said so).
-- The CHECK of an old table cannot be altered, and copying a long history to change one word of it would take minutes: the
-- text of the table is changed in place, as SQLite's documentation describes it for constraints.
DROP VIEW tasks;
DROP INDEX task_records_slots;
DROP INDEX task_records_deadline;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql,
  'state IN (''waiting'', ''queued'', ''overdue'', ''finished'', ''cancelled'')',
  'state = ''queued'' OR state = ''finished'' OR state = ''sent'' OR state = ''running'' OR state = ''waiting'' OR state = ''overdue'' OR state = ''cancelled''')
WHERE type = 'table' AND name = 'task_records';
PRAGMA writable_schema = RESET;

-- What is in no outbox was confirmed by the bus.
UPDATE task_records SET state = 'sent'
WHERE id IN (
  SELECT r.id FROM task_records AS r INDEXED BY task_records_open WHERE r.state = 'queued' AND r.state <> 'finished'
) AND id NOT IN (SELECT record_id FROM outbox WHERE record_id IS NOT NULL);

CREATE INDEX task_records_slots
  ON task_records (phase_id, held, id)
  WHERE holds_slot = 1 AND state <> 'finished' AND state <> 'cancelled';
-- Not IN: SQLite would make a table of its values for each row that is written.
CREATE INDEX task_records_deadline
  ON task_records (deadline_at)
  WHERE deadline_at IS NOT NULL AND state <> 'finished' AND state <> 'waiting' AND state <> 'overdue' AND state <> 'cancelled';

-- What a worker said of a task while it ran: the last report. Short tasks have none.
CREATE TABLE task_reports (
  record_id   INTEGER PRIMARY KEY,
  worker      TEXT    NOT NULL,                    -- name of the worker; empty when it did not say
  host        TEXT    NOT NULL,
  pid         INTEGER,
  log         TEXT    NOT NULL,                    -- path of its output on that host, empty without one
  began_at    INTEGER NOT NULL,                    -- as the worker said, else when the first report came
  reported_at INTEGER NOT NULL,                    -- when the last one came
  progress    REAL,                                -- 0 to 1, NULL when it did not say
  msg         TEXT    NOT NULL,
  lease_until INTEGER                              -- without another report by then the worker is lost; NULL: no such promise
) STRICT;
CREATE INDEX task_reports_lease ON task_reports (lease_until) WHERE lease_until IS NOT NULL;

CREATE VIEW tasks AS
-- MIND: here `task_time` is a DURATION, in `task_records` it is a MOMENT. The older program named it so, and scripts that
-- read this view rely on it. `run_seconds` is the same without the trap: NULL where there is no duration.
SELECT
  id, type, job, info, meta, msg, result,
  ifnull(ran, 0) AS task_seconds,
  CASE WHEN ran IS NULL THEN 'N/A' ELSE printf('%02d:%02d:%02d', ran / 3600, ran % 3600 / 60, ran % 60) END AS task_time,
  ifnull(queued, 0) AS queue_seconds,
  CASE WHEN queued IS NULL THEN 'N/A' ELSE printf('%02d:%02d:%02d', queued / 3600, queued % 3600 / 60, queued % 60) END AS queue_time,
  created, started, ended,
  run_seconds,
  state
FROM (
  SELECT
    task_id AS id, type, job, info, meta, msg, result, state,
    iif(ended < started, -1, 1) * ((abs(ended - started) + 499) / 1000) AS ran,
    iif(started < created, -1, 1) * ((abs(started - created) + 499) / 1000) AS queued,
    ifnull(strftime(iif(created % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), created / 1000.0, 'unixepoch'), '') AS created,
    ifnull(strftime(iif(started % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), started / 1000.0, 'unixepoch'), '') AS started,
    ifnull(strftime(iif(ended % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), ended / 1000.0, 'unixepoch'), '') AS ended,
    CASE WHEN ended >= started THEN (ended - started) / 1000.0 END AS run_seconds
  FROM task_records
);
