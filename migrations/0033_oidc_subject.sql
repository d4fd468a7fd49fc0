-- A user who logs in at a provider of OpenID Connect: the issuer and the subject there, which never change hands, unlike a name.
-- NULL: a user with a password. The password of the others is empty, which no password hashes to.
ALTER TABLE users ADD COLUMN oidc_subject TEXT;
CREATE UNIQUE INDEX users_by_oidc_subject ON users (oidc_subject) WHERE oidc_subject IS NOT NULL;
