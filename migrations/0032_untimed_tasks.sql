-- The newest task of a phase whose tasks have no task time.
CREATE INDEX task_records_untimed ON task_records (phase_id) WHERE task_time IS NULL AND phase_id <> 0;
