-- Who changed a workflow file in the dashboard, and why.
ALTER TABLE workflow_versions ADD COLUMN edited_by TEXT;             -- NULL: the file was changed elsewhere
ALTER TABLE workflow_versions ADD COLUMN edit_reason TEXT NOT NULL DEFAULT '';
