-- An alert about tasks is made of its tasks: each occurrence is open until its own task completes, and the alert is resolved
-- when none is open.

ALTER TABLE alert_records ADD COLUMN open INTEGER NOT NULL DEFAULT 0;       -- of `count`: occurrences that are open
-- 1: it was open when its tasks completed; channels that were not notified of it before are notified that it recovered
ALTER TABLE alert_records ADD COLUMN recovered INTEGER NOT NULL DEFAULT 0 CHECK (recovered IN (0, 1));
ALTER TABLE alert_occurrences ADD COLUMN resolved_at INTEGER;               -- NULL: open
-- The task that it is about, as in its first attempt; NULL without a task, or without a record of it.
ALTER TABLE alert_occurrences ADD COLUMN first_attempt_id INTEGER;
ALTER TABLE alert_occurrences ADD COLUMN phase_id INTEGER;
ALTER TABLE alert_occurrences ADD COLUMN task_time INTEGER;
ALTER TABLE alert_occurrences ADD COLUMN info_hash INTEGER;
ALTER TABLE alert_occurrences ADD COLUMN position INTEGER;
ALTER TABLE alert_notifications ADD COLUMN alert_count INTEGER NOT NULL DEFAULT 0;     -- alerts covered; `alerts` has the first 200
ALTER TABLE alert_notifications ADD COLUMN critical_count INTEGER NOT NULL DEFAULT 0;  -- of these, critical ones

UPDATE alert_occurrences SET resolved_at = (SELECT a.last_seen FROM alert_records a WHERE a.id = alert_id)
  WHERE alert_id IN (SELECT a.id FROM alert_records a WHERE a.state = 'resolved');
-- Marks of a silence that ended are no occurrences.
UPDATE alert_occurrences SET resolved_at = at WHERE reopened = 1 AND resolved_at IS NULL;
UPDATE alert_occurrences SET (first_attempt_id, phase_id, task_time, info_hash, position) =
    (SELECT f.id, f.phase_id, f.task_time, f.info_hash, f.position
     FROM task_records r JOIN task_records f ON f.id = r.first_attempt_id WHERE r.id = alert_occurrences.record_id)
  WHERE resolved_at IS NULL AND record_id IS NOT NULL;
UPDATE alert_records SET open =
    (SELECT ifnull(sum(o.weight), 0) FROM alert_occurrences o WHERE o.alert_id = alert_records.id AND o.resolved_at IS NULL)
  WHERE state <> 'resolved';
UPDATE alert_notifications SET alert_count = json_array_length(alerts);

-- The cause while it lasts: two workflows with the same names have an alert each.
DROP INDEX alert_records_cause;
CREATE UNIQUE INDEX alert_records_cause
  ON alert_records (task_type, job, ifnull(task_time, -1), type, cause, workflow) WHERE state <> 'resolved';
CREATE INDEX alert_records_recovered ON alert_records (at_once, newest_id) WHERE recovered = 1;
-- What the completion of a task resolves: the same task; the same made again; or the run, where no record is known.
CREATE INDEX alert_occurrences_attempt ON alert_occurrences (first_attempt_id)
  WHERE resolved_at IS NULL AND first_attempt_id IS NOT NULL;
CREATE INDEX alert_occurrences_task ON alert_occurrences (phase_id, ifnull(task_time, -1), info_hash, position)
  WHERE resolved_at IS NULL AND first_attempt_id IS NOT NULL;
CREATE INDEX alert_occurrences_run ON alert_occurrences (alert_id, task_id)
  WHERE resolved_at IS NULL AND first_attempt_id IS NULL;
