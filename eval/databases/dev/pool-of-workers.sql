-- Workers open connections and never close them.
-- cause: pool
-- object: worker
-- ends: 0.5
-- @setup
CREATE TABLE jobs (id int PRIMARY KEY, done bool);
INSERT INTO jobs SELECT i, false FROM generate_series(1, 500 + :n) i;
-- @session worker x33
SELECT count(*) FROM jobs;
-- @session api x2
SELECT 1;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend';
