-- Columns get the names that the trade has for them, and the view of the older program learns a duration that needs no
-- second look.

ALTER TABLE silences RENAME COLUMN looked_to TO checked_through_id;
ALTER TABLE alert_occurrences RENAME COLUMN stands_for TO weight;
ALTER TABLE alert_channels RENAME COLUMN once_id TO immediate_cursor_id;
ALTER TABLE alert_channels RENAME COLUMN once_next_at TO immediate_next_at;
ALTER TABLE workflow_files RENAME COLUMN gone_at TO removed_at;

DROP VIEW tasks;
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
  run_seconds
FROM (
  SELECT
    task_id AS id, type, job, info, meta, msg, result,
    CAST(round((ended - started) / 1000.0) AS INTEGER) AS ran,
    CAST(round((started - created) / 1000.0) AS INTEGER) AS queued,
    ifnull(strftime(iif(created % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), created / 1000.0, 'unixepoch'), '') AS created,
    ifnull(strftime(iif(started % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), started / 1000.0, 'unixepoch'), '') AS started,
    ifnull(strftime(iif(ended % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), ended / 1000.0, 'unixepoch'), '') AS ended,
    CASE WHEN ended >= started THEN (ended - started) / 1000.0 END AS run_seconds
  FROM task_records
);
