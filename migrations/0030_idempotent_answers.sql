-- Answers to requests with an Idempotency-Key, for a day: the same request again gets the same answer, and does nothing.
CREATE TABLE idempotent_answers (
  caller      TEXT    NOT NULL,
  route       TEXT    NOT NULL,                      -- as in `POST /api/tasks`
  key         TEXT    NOT NULL,                      -- the header
  body_sha256 TEXT    NOT NULL,
  begun_at    INTEGER NOT NULL,
  answer      TEXT,                                  -- JSON; NULL: it is not known what became of it
  PRIMARY KEY (caller, route, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotent_answers_begun ON idempotent_answers (begun_at);
