-- A table was analysed before today's rows came: today has no rows, thinks the planner, and joins them
-- one by one.
-- cause: bad_plan
-- object: public.readings
-- statistics: own
-- @setup
CREATE TABLE meters (id int PRIMARY KEY, place text);
CREATE TABLE readings (meter int NOT NULL, at timestamptz NOT NULL, value real);
CREATE INDEX ON readings (at);
INSERT INTO meters SELECT i, 'p' || i % 50 FROM generate_series(1, 60000) i;
INSERT INTO readings SELECT i % 60000, '2026-01-01'::timestamptz + i * interval '1 s', i FROM generate_series(1, 30000) i;
VACUUM (ANALYZE);
INSERT INTO readings SELECT 1 + i * 7 % 60000, '2026-03-01'::timestamptz + i * interval '1 s', i FROM generate_series(1, 50000 + 10 * :n) i;
-- @load billing
SELECT format('SELECT m.place, sum(r.value) FROM readings r JOIN meters m ON m.id = r.meter WHERE r.at > %L GROUP BY 1', '2026-03-01'::timestamptz + i * interval '1 s') FROM generate_series(1, 8) i \gexec
-- @check
SELECT probe.pages('SELECT m.place, sum(r.value) FROM readings r JOIN meters m ON m.id = r.meter WHERE r.at > ''2026-03-01'' GROUP BY 1');
