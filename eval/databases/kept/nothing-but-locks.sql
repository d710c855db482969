-- Locks that nobody waits for: of rows, of advice, of a table in share.
-- cause: nothing
-- @setup
CREATE TABLE rooms (id int PRIMARY KEY, state text);
INSERT INTO rooms SELECT i, 'free' FROM generate_series(1, 4000 + 2 * :n) i;
-- @load desk
SELECT format('UPDATE rooms SET state = %L WHERE id = %s', 'taken', i) FROM generate_series(1, 150) i \gexec
-- @session desk
BEGIN;
SELECT * FROM rooms WHERE id = 9 FOR UPDATE;
-- @session cleaner
SELECT pg_advisory_lock(1), pg_advisory_lock(2);
-- @session auditor
BEGIN;
LOCK TABLE rooms IN ROW SHARE MODE;
SELECT count(*) FROM rooms;
-- @session desk x7
SELECT state FROM rooms WHERE id = 77;
