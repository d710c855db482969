-- Somebody has told the planner that pages by an index are a thousand times as dear.
-- cause: bad_plan
-- object: random_page_cost
-- @setup
CREATE TABLE seats (id int PRIMARY KEY, show int NOT NULL, row_name text);
INSERT INTO seats SELECT i, i % 9000, 'r' || i % 40 FROM generate_series(1, 100000 + 20 * :n) i;
CREATE INDEX ON seats (show);
SELECT format('ALTER DATABASE %I SET random_page_cost = 1000', current_database()) \gexec
-- @load booking
SELECT format('SELECT row_name FROM seats WHERE show = %s', i) FROM generate_series(1, 60) i \gexec
-- @check
SELECT probe.pages('SELECT row_name FROM seats WHERE show = 55');
