-- What a phase says for people: whom it belongs to, what it does, and what to do when it fails. Filled in by the next load.
ALTER TABLE workflow_phases ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_phases ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_phases ADD COLUMN runbook TEXT NOT NULL DEFAULT '';
