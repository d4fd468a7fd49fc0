-- Who redrove a dead letter, and why.
ALTER TABLE dead_letters ADD COLUMN redriven_by TEXT NOT NULL DEFAULT '';
ALTER TABLE dead_letters ADD COLUMN redriven_reason TEXT NOT NULL DEFAULT '';
