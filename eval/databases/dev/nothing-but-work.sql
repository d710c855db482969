-- A shop as it should be: look-ups by key, a report that always takes long, a lock nobody waits for.
-- cause: nothing
-- @setup
CREATE TABLE items (id int PRIMARY KEY, price int, name text);
CREATE TABLE regions (id int PRIMARY KEY, name text);
INSERT INTO items SELECT i, i % 500, 'item ' || i FROM generate_series(1, 60000 + 10 * :n) i;
INSERT INTO regions SELECT i, 'r' || i FROM generate_series(1, 20) i;
-- @load cron
SELECT sum(a * b % 7) FROM generate_series(1, 1000) a, generate_series(1, 10) b;
SELECT sum(a * b % 7) FROM generate_series(1, 1000) a, generate_series(1, 10) b;
SELECT sum(a * b % 7) FROM generate_series(1, 1000) a, generate_series(1, 40000) b;
-- @load shop
SELECT format('SELECT name, price FROM items WHERE id = %s', i) FROM generate_series(1, 400) i \gexec
SELECT format('SELECT name FROM regions WHERE name = %L', 'r' || i % 20) FROM generate_series(1, 100) i \gexec
SELECT avg(price) FROM items;
-- @session cron
SELECT sum(a * b % 7) FROM generate_series(1, 1000) a, generate_series(1, 200000) b;
-- @session locker
SELECT pg_advisory_lock(7);
-- @session shop x6
SELECT 1;
