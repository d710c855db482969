-- People log in by their address in any spelling; the index is of the address as it stands.
-- cause: missing_index
-- object: auth.people
-- @setup
CREATE SCHEMA auth;
CREATE TABLE auth.people (id bigint PRIMARY KEY, email varchar(80) NOT NULL, name text, joined date);
CREATE UNIQUE INDEX ON auth.people (email);
INSERT INTO auth.people SELECT i, 'User' || i || '@example.org', 'n' || i, '2020-01-01'::date + i % 900
  FROM generate_series(1, 50000 + 20 * :n) i;
-- @load login
SELECT format('SELECT id, name FROM auth.people WHERE lower(email) = %L', 'user' || i || '@example.org') FROM generate_series(1, 80) i \gexec
-- @load profile
SELECT format('SELECT name FROM auth.people WHERE id = %s', i) FROM generate_series(1, 300) i \gexec
-- @check
SELECT probe.pages('SELECT id, name FROM auth.people WHERE lower(email) = ''user9@example.org''');
