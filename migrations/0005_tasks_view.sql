-- The older program's view of its tasks shows 0 and N/A where there is no duration, and counts hours beyond a day.

DROP VIEW tasks;
CREATE VIEW tasks AS
SELECT
  id, type, job, info, meta, msg, result,
  ifnull(ran, 0) AS task_seconds,
  CASE WHEN ran IS NULL THEN 'N/A' ELSE printf('%02d:%02d:%02d', ran / 3600, ran % 3600 / 60, ran % 60) END AS task_time,
  ifnull(queued, 0) AS queue_seconds,
  CASE WHEN queued IS NULL THEN 'N/A' ELSE printf('%02d:%02d:%02d', queued / 3600, queued % 3600 / 60, queued % 60) END AS queue_time,
  created, started, ended
FROM (
  SELECT
    task_id AS id, type, job, info, meta, msg, result,
    CAST(round((ended - started) / 1000.0) AS INTEGER) AS ran,
    CAST(round((started - created) / 1000.0) AS INTEGER) AS queued,
    ifnull(strftime(iif(created % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), created / 1000.0, 'unixepoch'), '') AS created,
    ifnull(strftime(iif(started % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), started / 1000.0, 'unixepoch'), '') AS started,
    ifnull(strftime(iif(ended % 1000 = 0, '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%fZ'), ended / 1000.0, 'unixepoch'), '') AS ended
  FROM task_records
);
