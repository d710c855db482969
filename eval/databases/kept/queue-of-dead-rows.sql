-- Tasks come and go by the thousand; the table holds a few, and all that were.
-- cause: bloat
-- object: work.tasks
-- statistics: own
-- @setup
CREATE SCHEMA work;
CREATE TABLE work.tasks (id int PRIMARY KEY, what text NOT NULL);
CREATE TABLE work.kinds (id int PRIMARY KEY, what text NOT NULL);
INSERT INTO work.kinds SELECT i, 'kind ' || i FROM generate_series(1, 1500) i;
INSERT INTO work.tasks SELECT i, repeat('w', 100) FROM generate_series(1, 400) i;
VACUUM (ANALYZE);
-- @load queue
INSERT INTO work.tasks SELECT i, repeat('w', 100) FROM generate_series(401, 40000 + 10 * :n) i;
DELETE FROM work.tasks WHERE id > 200;
SELECT format('SELECT what FROM work.kinds WHERE id = %s', i) FROM generate_series(1, 100) i \gexec
-- @check
SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'tasks';
