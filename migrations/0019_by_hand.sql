-- What people do with tasks: run one again, cancel it, give it a result.

-- 1: a person cancelled it, gave it its result, or had it done anew with all that follows: later messages about it are recorded
-- and start nothing.
ALTER TABLE task_records ADD COLUMN closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1));
-- The meta as it was sent, where its worker reported another; NULL: that of `meta`.
ALTER TABLE task_records ADD COLUMN sent_meta TEXT;
