-- A table was just loaded and is not analysed yet; it is read by its key, and all is quick.
-- cause: nothing
-- statistics: own
-- @setup
CREATE TABLE books (isbn int PRIMARY KEY, title text);
CREATE TABLE imports (id int PRIMARY KEY, name text);
INSERT INTO books SELECT i, 'b' || i FROM generate_series(1, 8000) i;
VACUUM (ANALYZE);
INSERT INTO imports SELECT i, 'i' || i FROM generate_series(1, 20000 + 5 * :n) i;
-- @load library
SELECT format('SELECT title FROM books WHERE isbn = %s', i) FROM generate_series(1, 500) i \gexec
SELECT format('SELECT name FROM imports WHERE id = %s', i) FROM generate_series(1, 100) i \gexec
-- @session library x5
SELECT 1;
-- @session cron
SELECT pg_sleep(60);
