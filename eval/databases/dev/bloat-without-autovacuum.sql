-- Autovacuum was turned off for a table that is updated all the time.
-- cause: bloat
-- object: public.carts
-- statistics: own
-- @setup
CREATE TABLE carts (id int PRIMARY KEY, items int, note text) WITH (autovacuum_enabled = off);
CREATE TABLE users (id int PRIMARY KEY, name text);
INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 5000) i;
INSERT INTO carts SELECT i, 0, repeat('n', 60) FROM generate_series(1, 20000 + 5 * :n) i;
VACUUM (ANALYZE);
-- @load shop
UPDATE carts SET items = items + 1;
UPDATE carts SET items = items + 1;
UPDATE carts SET items = items + 1;
SELECT format('SELECT name FROM users WHERE id = %s', i) FROM generate_series(1, 100) i \gexec
ANALYZE;
-- @check
SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'carts';
