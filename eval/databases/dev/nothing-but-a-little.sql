-- Some dead rows, a transaction of a few seconds, a dozen sessions, small tables read in full.
-- cause: nothing
-- @setup
CREATE TABLE tags (id int PRIMARY KEY, name text, uses int);
CREATE TABLE notes (id int PRIMARY KEY, tag int, body text);
CREATE INDEX ON notes (tag);
INSERT INTO tags SELECT i, 'tag ' || i, 0 FROM generate_series(1, 300) i;
INSERT INTO notes SELECT i, i % 300, repeat('z', 40) FROM generate_series(1, 30000 + 9 * :n) i;
-- @load app
UPDATE notes SET body = body || '!' WHERE id % 12 = 0;
SELECT format('SELECT body FROM notes WHERE tag = %s', i) FROM generate_series(1, 150) i \gexec
SELECT format('SELECT id FROM tags WHERE name = %L', 'tag ' || i) FROM generate_series(1, 150) i \gexec
-- @session editor
BEGIN;
UPDATE tags SET uses = uses + 1 WHERE id = 3;
-- @session app x9
SELECT 1;
