-- Paths through a graph are followed without a look at where one has been.
-- cause: slow_query
-- object: planner
-- history: no
-- @setup
CREATE TABLE roads (a int NOT NULL, b int NOT NULL, km int NOT NULL);
CREATE INDEX ON roads (a);
INSERT INTO roads SELECT i % 300, (i * 7 + 1) % 300, 1 + i % 50 FROM generate_series(1, 600 + :n) i;
-- @load map
SELECT format('SELECT b FROM roads WHERE a = %s', i) FROM generate_series(1, 100) i \gexec
-- @session planner
WITH RECURSIVE trip(at, km) AS (SELECT 1, 0 UNION ALL SELECT r.b, t.km + r.km FROM trip t JOIN roads r ON r.a = t.at WHERE t.km < 100000)
SELECT count(*), min(km) FROM (SELECT * FROM trip LIMIT 20000000) t;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'planner' AND state = 'active';
