-- Lists of trouble over all types and jobs: asking each type and job for its own costs more the more of them there are.
CREATE INDEX task_records_results ON task_records (result, id) WHERE result NOT IN ('', 'complete');
