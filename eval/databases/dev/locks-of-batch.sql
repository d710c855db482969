-- A batch works on rows that checkouts want; one of these holds what others want.
-- cause: lock_chain
-- object: repricing
-- @setup
CREATE TABLE stock (sku int PRIMARY KEY, held int NOT NULL DEFAULT 0);
INSERT INTO stock SELECT i, 0 FROM generate_series(1, 2000 + :n) i;
-- @load shop
SELECT format('SELECT held FROM stock WHERE sku = %s', i) FROM generate_series(1, 200) i \gexec
-- @session repricing
BEGIN;
UPDATE stock SET held = held + 1 WHERE sku <= 50;
SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b;
-- @session checkout
BEGIN;
UPDATE stock SET held = held + 1 WHERE sku = 1500;
UPDATE stock SET held = held + 1 WHERE sku = 7;
COMMIT;
-- @session checkout x4
UPDATE stock SET held = held + 1 WHERE sku = 1500;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;
