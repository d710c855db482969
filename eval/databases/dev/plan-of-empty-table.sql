-- A table was analysed while it was empty, then filled: it is joined row by row.
-- cause: bad_plan
-- object: public.readings
-- statistics: own
-- @setup
CREATE TABLE meters (id int PRIMARY KEY, place text);
CREATE TABLE readings (meter int NOT NULL, at timestamptz, value real);
ALTER TABLE readings SET (autovacuum_enabled = true);
INSERT INTO meters SELECT i, 'p' || i % 50 FROM generate_series(1, 40000) i;
INSERT INTO readings SELECT i, now(), i FROM generate_series(1, 30) i;
VACUUM (ANALYZE);
INSERT INTO readings SELECT 1 + i % 40000, now() - i * interval '1 s', i FROM generate_series(1, 120000 + 30 * :n) i;
-- @load billing
SELECT format('SELECT m.place, sum(r.value) FROM readings r JOIN meters m ON m.id = r.meter WHERE r.value > %s GROUP BY 1', i) FROM generate_series(1, 8) i \gexec
-- @check
SELECT probe.pages('SELECT m.place, sum(r.value) FROM readings r JOIN meters m ON m.id = r.meter WHERE r.value > 3 GROUP BY 1');
