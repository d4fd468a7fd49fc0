-- Which failures nobody has to look at any more, and which have the same message but for its numbers and names.

-- A row each record that finished with `error` or `alert`.
CREATE TABLE task_failures (
  record_id   INTEGER PRIMARY KEY,
  fingerprint TEXT    NOT NULL,                    -- of the message without numbers, ids, paths and times
  work        INTEGER NOT NULL,                    -- 53-bit hash of type, job, workflow, task time and info: the same work elsewhere has the same
  rerun_id    INTEGER,                             -- the first attempt of the last edited copy of it, NULL without one
  unresolved  INTEGER NOT NULL CHECK (unresolved IN (0, 1))
) STRICT;
CREATE INDEX task_failures_fingerprint ON task_failures (fingerprint, unresolved, record_id);
CREATE INDEX task_failures_unresolved ON task_failures (record_id) WHERE unresolved = 1;
CREATE INDEX task_failures_work ON task_failures (work) WHERE unresolved = 1;
CREATE INDEX task_failures_rerun ON task_failures (rerun_id) WHERE rerun_id IS NOT NULL AND unresolved = 1;

-- Failures of before, which are read behind the writer: those of the result with a number below it. Without rows: all are read.
CREATE TABLE unread_failures (
  result TEXT    PRIMARY KEY,
  below  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO unread_failures (result, below)
  SELECT r.value, t.below FROM (SELECT max(id) + 1 AS below FROM task_records) t, json_each('["error", "alert"]') r
  WHERE t.below IS NOT NULL;
