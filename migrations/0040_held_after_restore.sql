-- After a restore to an earlier time, what was going on then waits for somebody's decision: it may have been done before the restore.

ALTER TABLE restores ADD COLUMN held_at INTEGER;         -- the first start afterwards, which held it; NULL: none yet
-- What the restored database knew, by ids: tasks that wait for a slot or a resume, and files that wait for more of them.
ALTER TABLE restores ADD COLUMN records_through INTEGER NOT NULL DEFAULT 0;
ALTER TABLE restores ADD COLUMN matches_through INTEGER NOT NULL DEFAULT 0;
ALTER TABLE restores ADD COLUMN found_sent INTEGER NOT NULL DEFAULT 0;   -- held messages that were found on the bus
ALTER TABLE restores ADD COLUMN decision TEXT CHECK (decision IN ('accept', 'drop'));
ALTER TABLE restores ADD COLUMN decided_at INTEGER;
ALTER TABLE restores ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
ALTER TABLE restores ADD COLUMN decision_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE restores ADD COLUMN decided_messages INTEGER NOT NULL DEFAULT 0; -- how many were decided so far
ALTER TABLE restores ADD COLUMN decided_ticks INTEGER NOT NULL DEFAULT 0;

-- `waited`: it was in the outbox of the restored database; `reread`: decided by a message or file that may have been handled before.
ALTER TABLE outbox ADD COLUMN held TEXT CHECK (held IN ('waited', 'reread'));
CREATE INDEX outbox_held ON outbox (topic, id, held) WHERE held IS NOT NULL;
CREATE INDEX outbox_held_record ON outbox (record_id) WHERE held IS NOT NULL;

-- Ticks that may have been fired before: those of a schedule after after_at up to until_at.
CREATE TABLE held_ticks (
  restore_id TEXT    NOT NULL,                           -- restores.id
  phase_id   INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('cron', 'expect')),
  after_at   INTEGER NOT NULL,                           -- the last moment that was decided
  until_at   INTEGER NOT NULL,
  PRIMARY KEY (restore_id, phase_id, kind)
) STRICT, WITHOUT ROWID;

-- Paused by the restore until the decision: the others of their state go on.
ALTER TABLE backfills ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
ALTER TABLE bulk_jobs ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
CREATE INDEX bulk_jobs_held ON bulk_jobs (id) WHERE held = 1;
