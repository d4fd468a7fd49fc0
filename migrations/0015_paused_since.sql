-- Since when a phase is paused: a pause that somebody forgot raises an alert.
ALTER TABLE workflow_phases ADD COLUMN paused_since INTEGER;  -- NULL: it is not paused
CREATE INDEX workflow_phases_paused ON workflow_phases (paused_since) WHERE paused_since IS NOT NULL AND removed_at IS NULL;
