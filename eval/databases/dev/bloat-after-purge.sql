-- Nine tenths of a table were deleted here and there; its space stays.
-- cause: bloat
-- object: public.audit
-- ends: 0.3
-- @setup
CREATE TABLE audit (id int PRIMARY KEY, body text);
CREATE TABLE actors (id int PRIMARY KEY, name text);
INSERT INTO actors SELECT i, 'a' || i FROM generate_series(1, 3000) i;
INSERT INTO audit SELECT i, repeat('b', 150) FROM generate_series(1, 80000 + 20 * :n) i;
DELETE FROM audit WHERE id % 12 <> 0;
-- @load admin
SELECT count(*) FROM audit WHERE body < 'c';
SELECT format('SELECT name FROM actors WHERE id = %s', i) FROM generate_series(1, 100) i \gexec
-- @check
SELECT pg_relation_size('audit');
