-- Lineage through files: a file event is linked to the finished record that reported its path.

-- Paths that finished records named in their info or meta, as far as a phase waits for such a file; the newest record of each.
CREATE TABLE reported_paths (
  path_hash INTEGER NOT NULL,                      -- as in file_messages
  path      TEXT    NOT NULL,
  record_id INTEGER NOT NULL,                      -- the record that reported it
  at        INTEGER NOT NULL,
  PRIMARY KEY (path_hash, path)
) STRICT, WITHOUT ROWID;

ALTER TABLE file_messages ADD COLUMN reported_by INTEGER;  -- record that reported the path; NULL: none is known
-- The records that reported the files of a task.
CREATE INDEX task_relationships_files ON task_relationships (child_id, parent_id) WHERE kind = 'file';
