-- A column is to be added; it waits for a long report, and everybody else for it.
-- cause: lock_chain
-- object: quarterly | migration
-- @setup
CREATE TABLE ledger (id int PRIMARY KEY, account int, amount numeric);
INSERT INTO ledger SELECT i, i % 77, i % 1000 FROM generate_series(1, 30000 + 10 * :n) i;
-- @session quarterly
SELECT count(*) FROM ledger a, ledger b WHERE a.amount < b.amount;
-- @session migration
ALTER TABLE ledger ADD COLUMN note text;
-- @session teller x5
SELECT amount FROM ledger WHERE id = 12;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;
