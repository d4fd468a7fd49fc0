-- Task times are kept as the clocks of a zone showed them; which zone that was, for each phase, from when on. A task time of a
-- phase is in the zone that was in force when its row was made, also after the phase got another one or left its file.
CREATE TABLE phase_zones (
  phase_id INTEGER NOT NULL REFERENCES workflow_phases (id),
  since    INTEGER NOT NULL,   -- 0 for the first one that is known
  zone     TEXT    NOT NULL,   -- of the IANA database
  PRIMARY KEY (phase_id, since)
) STRICT, WITHOUT ROWID;
