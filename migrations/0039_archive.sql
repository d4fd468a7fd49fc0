-- Whether the rows of a table are archived before they are deleted; NULL: as configured.
ALTER TABLE retention_policies ADD COLUMN archived INTEGER CHECK (archived IN (0, 1));
