-- Up to which id each table may have given one. `max(id)` forgets what was deleted: after a retention that empties a table
-- its ids would begin again, below the cursors that remember the old ones.
CREATE TABLE id_sequences (
  name    TEXT    NOT NULL PRIMARY KEY,             -- of the table
  high_id INTEGER NOT NULL                          -- no id above it was given; written in steps, ahead of the ids
) STRICT, WITHOUT ROWID;

INSERT INTO id_sequences (name, high_id) VALUES
  ('task_records', (SELECT max(ifnull(max(id), 0), ifnull((SELECT max(record_id) FROM search_progress), 0)) FROM task_records)),
  ('file_messages', (SELECT ifnull(max(id), 0) FROM file_messages)),
  ('alert_records', (SELECT max(ifnull(max(id), 0), ifnull((SELECT max(checked_through_id) FROM silences), 0)) FROM alert_records)),
  ('alert_occurrences', (SELECT max(ifnull(max(id), 0),
    ifnull((SELECT max(max(cursor_id, immediate_cursor_id)) FROM alert_channels), 0)) FROM alert_occurrences)),
  ('silences', (SELECT max(ifnull(max(id), 0), ifnull((SELECT max(silence_id) FROM alert_records), 0)) FROM silences)),
  ('dead_letters', (SELECT max(ifnull(max(id), 0),
    ifnull((SELECT CAST(value AS INTEGER) FROM instance_state WHERE key = 'alerts.dead_letters'), 0)) FROM dead_letters)),
  ('outbox', (SELECT ifnull(max(id), 0) FROM outbox));
