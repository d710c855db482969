-- A migration in a console changed a table and was not committed.
-- cause: idle_in_transaction
-- object: dba
-- @setup
CREATE TABLE invoices (id int PRIMARY KEY, total numeric);
INSERT INTO invoices SELECT i, i % 50 FROM generate_series(1, 12000 + 4 * :n) i;
-- @session dba
BEGIN;
ALTER TABLE invoices ADD COLUMN due date;
-- @session web x6
SELECT total FROM invoices WHERE id = 4;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;
