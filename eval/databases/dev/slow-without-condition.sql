-- A report was sent without the condition that joins its tables.
-- cause: slow_query
-- object: analytics
-- @setup
CREATE TABLE visits (id int PRIMARY KEY, page int, took int);
CREATE TABLE pages (id int PRIMARY KEY, path text, weight int);
INSERT INTO visits SELECT i, i % 900, i % 700 FROM generate_series(1, 40000 + 10 * :n) i;
INSERT INTO pages SELECT i, '/p/' || i, i % 13 FROM generate_series(1, 30000) i;
-- @load site
SELECT format('SELECT path FROM pages WHERE id = %s', i) FROM generate_series(1, 200) i \gexec
-- @session analytics
SELECT sum(v.took * p.weight) FROM visits v, pages p WHERE v.took > 5;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'analytics' AND state = 'active';
