-- Notes that people leave on a task, a file event, an alert, a phase or a day. A note that is removed is in `decisions`.
CREATE TABLE notes (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,  -- a removed number does not come back
  target    TEXT    NOT NULL CHECK (target IN ('task', 'file', 'alert', 'phase', 'day')),
  target_id INTEGER NOT NULL,   -- record of the task's attempt 0; id of the event, alert or phase; a day as 20261130
  text      TEXT    NOT NULL,
  author    TEXT    NOT NULL,
  at        INTEGER NOT NULL
) STRICT;
CREATE INDEX notes_target ON notes (target, target_id);
