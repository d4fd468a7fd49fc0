-- Of a large message a dead letter keeps the beginning, and what tells which message it was.
ALTER TABLE dead_letters ADD COLUMN bytes INTEGER;   -- length of the complete message, NULL when payload is complete
ALTER TABLE dead_letters ADD COLUMN sha256 TEXT;     -- of the complete message, hexadecimal; NULL when payload is complete
