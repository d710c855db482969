-- A console was left open after an update.
-- cause: idle_in_transaction
-- object: console
-- @setup
CREATE TABLE accounts (id int PRIMARY KEY, balance numeric NOT NULL);
INSERT INTO accounts SELECT i, 100 FROM generate_series(1, 3000 + :n) i;
-- @session console
BEGIN;
UPDATE accounts SET balance = balance - 5 WHERE id = 42;
-- @session payments x3
UPDATE accounts SET balance = balance + 1 WHERE id = 42;
-- @session reader
SELECT sum(balance) FROM accounts;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;
