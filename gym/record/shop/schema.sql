-- SPDX-License-Identifier: Apache-2.0
-- The shop's data, with some years of past orders so that counting them costs something; how many
-- is psql's variable past_orders.
CREATE TABLE products (sku int PRIMARY KEY, name text NOT NULL, price_cents int NOT NULL);
CREATE TABLE stock (sku int PRIMARY KEY REFERENCES products, on_hand int NOT NULL,
                    held int NOT NULL DEFAULT 0, sold bigint NOT NULL DEFAULT 0);
CREATE TABLE orders (id bigserial PRIMARY KEY, placed_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE order_lines (order_id bigint NOT NULL, sku int NOT NULL, quantity int NOT NULL);

INSERT INTO products SELECT n, 'product ' || n, 500 + n * 37 % 9500 FROM generate_series(1, 400) n;
INSERT INTO orders (placed_at)
    SELECT now() - interval '3 years' * (1 - n / (:past_orders)::numeric)
    FROM generate_series(1, :past_orders) n;
INSERT INTO order_lines
    SELECT 1 + n / 3, 1 + (n::bigint * 7919 + n / 3 * 31) % 400, 1 + n % 2
    FROM generate_series(0, 3 * :past_orders - 1) n;
CREATE INDEX order_lines_sku ON order_lines (sku) INCLUDE (quantity);
INSERT INTO stock SELECT p.sku, 100000, 0, coalesce(sum(l.quantity), 0)
    FROM products p LEFT JOIN order_lines l USING (sku) GROUP BY p.sku;
VACUUM ANALYZE products, stock, orders, order_lines;
