-- A cursor was opened and is not read on; what others delete and update stays.
-- cause: idle_in_transaction
-- object: etl
-- @setup
CREATE TABLE sensors (id int PRIMARY KEY, last real NOT NULL);
CREATE TABLE sites (id int PRIMARY KEY, name text);
INSERT INTO sites SELECT i, 's' || i FROM generate_series(1, 2000) i;
INSERT INTO sensors SELECT i, 0 FROM generate_series(1, 15000 + 5 * :n) i;
-- @session etl
BEGIN;
DECLARE all_sites CURSOR FOR SELECT * FROM sites;
FETCH 10 FROM all_sites;
-- @session app x5
SELECT 1;
-- @then
UPDATE sensors SET last = last + 1;
UPDATE sensors SET last = last + 1;
VACUUM sensors;
UPDATE sensors SET last = last + 1;
VACUUM sensors;
-- @check
VACUUM sensors;
SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'sensors';
