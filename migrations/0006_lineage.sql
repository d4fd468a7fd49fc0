-- What became of one task time of a phase: "why did this not run" begins here. Tasks of no phase are found by it too.
CREATE INDEX task_records_about ON task_records (phase_id, task_time) WHERE task_time IS NOT NULL;
