-- File events: redeliveries counted, events about the same file linked, why an event matched nothing, and counters.

ALTER TABLE file_messages ADD COLUMN md5 TEXT NOT NULL DEFAULT '';              -- of a storage notification, base64
ALTER TABLE file_messages ADD COLUMN crc32c TEXT NOT NULL DEFAULT '';           -- of a storage notification, base64
ALTER TABLE file_messages ADD COLUMN updated INTEGER;                           -- of the file
ALTER TABLE file_messages ADD COLUMN deliveries INTEGER NOT NULL DEFAULT 1;     -- by the bus, this one and repeats
ALTER TABLE file_messages ADD COLUMN last_received_at INTEGER;                  -- of the last repeat
ALTER TABLE file_messages ADD COLUMN first_id INTEGER;                          -- first event about the same file; NULL: this one
ALTER TABLE file_messages ADD COLUMN path_hash INTEGER NOT NULL DEFAULT 0;      -- hash of path: 27 bits of its folder, 26 of its name
ALTER TABLE file_messages ADD COLUMN processing_ms REAL;                        -- from its receipt until all of it was written
ALTER TABLE file_messages ADD COLUMN tasks INTEGER NOT NULL DEFAULT 0;          -- tasks made of it
-- Events about one file.
CREATE INDEX file_messages_path ON file_messages (path_hash, id);
-- Lists by time, and of events that matched nothing.
CREATE INDEX file_messages_received ON file_messages (received_at, id);
CREATE INDEX file_messages_unmatched ON file_messages (id) WHERE matched = 0;
-- Lists of one phase. Those of all events that matched go by file_pattern_matches_key.
CREATE INDEX file_pattern_matches_phase ON file_pattern_matches (phase_id, file_message_id);
-- Why an event did what it did.
CREATE INDEX decisions_file ON decisions (file_message_id) WHERE file_message_id IS NOT NULL;

-- The patterns that an unmatched event came nearest to, best first, letter by letter.
CREATE TABLE file_near_misses (
  file_message_id INTEGER NOT NULL,
  position        INTEGER NOT NULL,                -- 0 is the nearest
  phase_id        INTEGER NOT NULL,
  language        TEXT    NOT NULL CHECK (language IN ('files', 'files_glob')),
  pattern         TEXT    NOT NULL,                -- as it was then
  tokens          TEXT    NOT NULL,                -- JSON: kind, pattern and took of each part that matched
  reason          TEXT    NOT NULL,                -- differs, path_ends, path_goes_on, …
  path_at         INTEGER NOT NULL,                -- where it stopped: characters of the path before it,
  pattern_at      INTEGER NOT NULL,                -- and of the pattern
  wanted          TEXT    NOT NULL,                -- the part of the pattern that was not met; empty at its end
  found           TEXT    NOT NULL,                -- the character of the path there; empty at its end
  PRIMARY KEY (file_message_id, position)
) STRICT, WITHOUT ROWID;

-- By the hour (UTC) that events came in. Phase 0 counts all of them. The others count the events that matched them, and
-- as unmatched those that matched no phase and came nearest to them.
CREATE TABLE file_counts_hourly (
  phase_id  INTEGER NOT NULL,
  hour      INTEGER NOT NULL,                      -- its first millisecond
  events    INTEGER NOT NULL DEFAULT 0,            -- matched and unmatched
  bytes     INTEGER NOT NULL DEFAULT 0,            -- of files that matched; of phase 0 of all files
  matched   INTEGER NOT NULL DEFAULT 0,
  unmatched INTEGER NOT NULL DEFAULT 0,
  tasks     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (phase_id, hour)
) STRICT, WITHOUT ROWID;

-- Histogram of processing times of the same events. Bucket n holds durations of 2^(n/8) ms and more, up to
-- 2^((n+1)/8); bucket 0 also those below 1 ms.
CREATE TABLE file_timings_hourly (
  phase_id INTEGER NOT NULL,
  hour     INTEGER NOT NULL,
  bucket   INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  PRIMARY KEY (phase_id, hour, bucket)
) STRICT, WITHOUT ROWID;
