-- Orders are looked up by their customer, of which no index knows; a nightly sum takes longer in all.
-- cause: missing_index
-- object: public.orders
-- @setup
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total numeric, placed timestamptz);
INSERT INTO customers SELECT i, 'customer ' || i FROM generate_series(1, 5000) i;
INSERT INTO orders SELECT i, 1 + i * 7 % 5000, i % 90, now() - i * interval '1 minute'
  FROM generate_series(1, 60000 + 40 * :n) i;
-- @load nightly
SELECT date_trunc('day', placed) AS day, sum(total), count(DISTINCT customer_id) FROM orders GROUP BY 1 ORDER BY 1;
SELECT date_trunc('day', placed) AS day, sum(total), count(DISTINCT customer_id) FROM orders GROUP BY 1 ORDER BY 1;
-- @load shop
SELECT format('SELECT id, total FROM orders WHERE customer_id = %s', i * 31 % 5000 + 1) FROM generate_series(1, 60) i \gexec
SELECT format('SELECT name FROM customers WHERE id = %s', i) FROM generate_series(1, 200) i \gexec
-- @check
SELECT probe.pages('SELECT id, total FROM orders WHERE customer_id = 77');
