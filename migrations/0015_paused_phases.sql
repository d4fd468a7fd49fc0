-- Since when a phase is paused; NULL: it is not. Of a phase that has left its file: it was paused then, and its waiting tasks
-- must not start.
ALTER TABLE workflow_phases ADD COLUMN paused_at INTEGER;
