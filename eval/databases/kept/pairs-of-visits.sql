-- An ad-hoc question compares each visit with every later one, while the site is looked up by key.
-- cause: slow_query
-- object: notebook
-- @setup
CREATE TABLE visits (id int PRIMARY KEY, visitor int, at timestamptz, page text);
INSERT INTO visits SELECT i, i % 4000, '2026-02-01'::timestamptz + i * interval '3 s', '/' || i % 90 FROM generate_series(1, 50000 + 10 * :n) i;
-- @load site
SELECT format('SELECT page FROM visits WHERE id = %s', i) FROM generate_series(1, 400) i \gexec
-- @session notebook
SELECT a.page, b.page, count(*) FROM visits a JOIN visits b ON b.at > a.at AND b.page <> a.page GROUP BY 1, 2 ORDER BY 3 DESC;
-- @session site x3
SELECT 1;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'notebook' AND state = 'active';
