-- An export keeps its snapshot and does nothing: dead rows stay, however often they are vacuumed.
-- cause: idle_in_transaction
-- object: export
-- @setup
CREATE TABLE counters (id int PRIMARY KEY, value bigint NOT NULL);
INSERT INTO counters SELECT i, 0 FROM generate_series(1, 20000 + 5 * :n) i;
-- @session export
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM counters;
-- @then
UPDATE counters SET value = value + 1;
UPDATE counters SET value = value + 1;
UPDATE counters SET value = value + 1;
VACUUM counters;
-- @check
VACUUM counters;
SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'counters';
