-- A sum over everything takes nearly all time of the day, as it always has.
-- cause: nothing
-- @setup
CREATE TABLE sales (id int PRIMARY KEY, shop int NOT NULL, amount numeric NOT NULL, day date NOT NULL);
CREATE INDEX ON sales (shop);
INSERT INTO sales SELECT i, i % 3000, i % 100, '2026-01-01'::date + i % 200 FROM generate_series(1, 90000 + 10 * :n) i;
-- @load report
SELECT 'SELECT day, sum(amount), count(DISTINCT shop) FROM sales GROUP BY day ORDER BY 1' FROM generate_series(1, 8) \gexec
-- @load till
SELECT format('SELECT amount FROM sales WHERE id = %s', i) FROM generate_series(1, 300) i \gexec
SELECT format('SELECT sum(amount) FROM sales WHERE shop = %s', i) FROM generate_series(1, 100) i \gexec
-- @session till x8
SELECT 1;
