-- What a person paused: a phase, or all. A pause is in force until it has an end.
CREATE TABLE pauses (
  id        INTEGER PRIMARY KEY,
  phase_id  INTEGER NOT NULL,   -- 0: all phases
  since     INTEGER NOT NULL,
  until     INTEGER,            -- when it ends by itself; NULL: at its resume
  paused_by TEXT    NOT NULL,
  reason    TEXT    NOT NULL,
  ended_at  INTEGER,            -- NULL: in force
  ended_by  TEXT                -- who resumed it; NULL: nobody, it ended by itself
) STRICT;
CREATE UNIQUE INDEX pauses_in_force ON pauses (phase_id) WHERE ended_at IS NULL;

-- The cursor of a schedule when the pause of its phase began: the catch-up after the resume begins there.
ALTER TABLE schedules ADD COLUMN paused_from INTEGER;
