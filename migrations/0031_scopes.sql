-- What a user or key may do is a text: a role, or roles on workflows and types, as in "operator on workflow:sales/*".
-- The program checks it. A text that it cannot read allows nothing.
ALTER TABLE users ADD COLUMN granted TEXT NOT NULL DEFAULT '';
UPDATE users SET granted = role;
ALTER TABLE users DROP COLUMN role;
ALTER TABLE users RENAME COLUMN granted TO role;

ALTER TABLE api_keys ADD COLUMN granted TEXT NOT NULL DEFAULT '';
UPDATE api_keys SET granted = role;
ALTER TABLE api_keys DROP COLUMN role;
ALTER TABLE api_keys RENAME COLUMN granted TO role;
