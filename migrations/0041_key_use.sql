-- From where a key was last used: whoever renews or revokes it wants to know what still needs it.
ALTER TABLE api_keys ADD COLUMN used_from TEXT;             -- the address; NULL: never, or not noted yet
