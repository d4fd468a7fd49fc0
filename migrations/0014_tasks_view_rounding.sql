-- Durations are rounded as the older program rounded them: half a second does not count.
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
    iif(ended < started, -1, 1) * ((abs(ended - started) + 499) / 1000) AS ran,
    iif(started < created, -1, 1) * ((abs(started - created) + 499) / 1000) AS queued,
    ifnull(strftime(iif(created % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), created / 1000.0, 'unixepoch'), '') AS created,
    ifnull(strftime(iif(started % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), started / 1000.0, 'unixepoch'), '') AS started,
    ifnull(strftime(iif(ended % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), ended / 1000.0, 'unixepoch'), '') AS ended,
    CASE WHEN ended >= started THEN (ended - started) / 1000.0 END AS run_seconds
  FROM task_records
);
