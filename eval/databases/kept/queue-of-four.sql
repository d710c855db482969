-- One waits for another, who waits for a third, who waits for a fourth that works.
-- cause: lock_chain
-- object: settlement
-- @setup
CREATE TABLE wallets (id int PRIMARY KEY, coins int NOT NULL);
INSERT INTO wallets SELECT i, 10 FROM generate_series(1, 1000 + :n) i;
-- @load app
SELECT format('SELECT coins FROM wallets WHERE id = %s', i) FROM generate_series(1, 100) i \gexec
-- @session settlement
BEGIN;
UPDATE wallets SET coins = coins + 1 WHERE id = 1;
SELECT count(*) FROM generate_series(1, 200000) a, generate_series(1, 100000) b;
-- @session refunds
BEGIN;
UPDATE wallets SET coins = coins + 1 WHERE id = 2;
UPDATE wallets SET coins = coins + 1 WHERE id = 1;
COMMIT;
-- @session bonuses
BEGIN;
UPDATE wallets SET coins = coins + 1 WHERE id = 3;
UPDATE wallets SET coins = coins + 1 WHERE id = 2;
COMMIT;
-- @session app x2
UPDATE wallets SET coins = coins + 1 WHERE id = 3;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;
