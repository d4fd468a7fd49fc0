-- A task past its deadline keeps its slot until it ends: it may still be at work.
DROP INDEX task_records_slots;
CREATE INDEX task_records_slots
  ON task_records (phase_id, held, id) WHERE holds_slot = 1 AND state IN ('waiting', 'queued', 'overdue');
-- Before, an overdue task gave its slot up: what is lost since then takes none back.
UPDATE task_records SET holds_slot = 0 WHERE state = 'overdue' AND holds_slot = 1;

-- A cursor belongs to the schedule that it was made for.
ALTER TABLE schedules ADD COLUMN spec TEXT;          -- expression and zone; NULL: of an earlier version, taken as unchanged
ALTER TABLE schedules ADD COLUMN removed_at INTEGER; -- the schedule left its file; NULL while it is in force

-- What a phase says about its waiting tasks, for when it has left its file.
ALTER TABLE workflow_phases ADD COLUMN cap INTEGER;  -- how many of its tasks may be unfinished at a time; 0: no cap, NULL: read by an earlier version
ALTER TABLE workflow_phases ADD COLUMN on_removed TEXT NOT NULL DEFAULT 'release' CHECK (on_removed IN ('release', 'cancel'));
