-- A page joins a few documents with their lines, whose key has no index; it runs all the time.
-- cause: missing_index
-- object: docs.lines
-- @setup
CREATE SCHEMA docs;
CREATE TABLE docs.documents (id int PRIMARY KEY, owner int NOT NULL, title text);
CREATE INDEX ON docs.documents (owner);
CREATE TABLE docs.lines (document int NOT NULL, number int NOT NULL, words text);
INSERT INTO docs.documents SELECT i, i % 4000, 'title ' || i FROM generate_series(1, 20000) i;
INSERT INTO docs.lines SELECT 1 + i % 20000, i / 20000, repeat('word ', 8) FROM generate_series(1, 150000 + 50 * :n) i;
-- @load editor
SELECT format('SELECT d.title, l.words FROM docs.documents d JOIN docs.lines l ON l.document = d.id WHERE d.owner = %s', i) FROM generate_series(1, 40) i \gexec
SELECT format('SELECT title FROM docs.documents WHERE id = %s', i) FROM generate_series(1, 300) i \gexec
-- @check
SELECT probe.pages('SELECT d.title, l.words FROM docs.documents d JOIN docs.lines l ON l.document = d.id WHERE d.owner = 17');
