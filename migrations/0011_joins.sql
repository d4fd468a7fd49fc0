-- A join waits for tasks, not for parents: for each phase with join = all, the tasks whose results it needs.
CREATE TABLE join_members (
  first_attempt_id INTEGER NOT NULL,               -- attempt 0 of the task
  phase_id         INTEGER NOT NULL,               -- phase of the child
  join_key         TEXT    NOT NULL,               -- which instance of the join: the task, tick, file event or run all came of
  member           TEXT    NOT NULL,               -- type:job of the task
  state            TEXT    NOT NULL CHECK (state IN ('open', 'complete', 'failed')),
  record_id        INTEGER NOT NULL,               -- the attempt that finished it; attempt 0 until then
  info_hash        INTEGER NOT NULL,
  by_hand          INTEGER NOT NULL CHECK (by_hand IN (0, 1)),  -- it replaces an earlier task of the same info
  PRIMARY KEY (first_attempt_id, phase_id)
) STRICT, WITHOUT ROWID;
-- What an instance still waits for, and what it has.
CREATE INDEX join_members_state ON join_members (phase_id, join_key, state, member, first_attempt_id);
-- The task that one made by hand replaces.
CREATE INDEX join_members_row ON join_members (phase_id, join_key, member, info_hash, state, first_attempt_id);

-- The children that joins started.
CREATE TABLE join_starts (
  phase_id INTEGER NOT NULL,
  join_key TEXT    NOT NULL,
  child_id INTEGER NOT NULL,                       -- record of the child, the first one of several
  PRIMARY KEY (phase_id, join_key)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO join_members (first_attempt_id, phase_id, join_key, member, state, record_id, info_hash, by_hand)
SELECT r.first_attempt_id, a.phase_id, a.join_key, iif(r.job = '', r.type, r.type || ':' || r.job), 'complete', r.id, r.info_hash, 0
FROM join_arrivals a JOIN task_records r ON r.id = a.record_id;
INSERT INTO join_starts (phase_id, join_key, child_id)
SELECT phase_id, join_key, min(child_id) FROM join_arrivals WHERE child_id IS NOT NULL GROUP BY phase_id, join_key;
DROP TABLE join_arrivals;
