-- SPDX-License-Identifier: Apache-2.0
-- The shop's data, with a year of past orders so that a missing index costs something; how many is
-- psql's variable past_orders (100000: some seconds). Numbers are spread by fixed multipliers, not
-- by chance: the same shop each time.
CREATE TABLE products (
    sku int PRIMARY KEY, name text NOT NULL, description text NOT NULL, category text NOT NULL,
    price_cents int NOT NULL, weight_g int NOT NULL, -- 0: nothing to send, as a gift card
    repriced_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE stock (
    sku int PRIMARY KEY REFERENCES products, on_hand int NOT NULL, reserved int NOT NULL DEFAULT 0,
    CHECK (reserved <= on_hand));
CREATE TABLE customers (
    id int PRIMARY KEY, email text NOT NULL, name text NOT NULL, postcode text NOT NULL,
    password_hash text NOT NULL);
CREATE TABLE orders (
    id bigserial PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL,
    total_cents int NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE order_lines (
    order_id bigint NOT NULL, sku int NOT NULL, quantity int NOT NULL, price_cents int NOT NULL);
CREATE TABLE payments (
    id bigserial PRIMARY KEY, order_id bigint NOT NULL, amount_cents int NOT NULL,
    bank_reference text, status text NOT NULL, paid_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE shipments (
    id bigserial PRIMARY KEY, order_id bigint NOT NULL, status text NOT NULL,
    packed_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE mails (
    id bigserial PRIMARY KEY, order_id bigint NOT NULL, text text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now());

INSERT INTO products
    SELECT n,
           (ARRAY['red','blue','green','grey','white','black','striped'])[1 + n % 7] || ' ' ||
           (ARRAY['cotton','linen','woollen','leather','denim'])[1 + n % 5] || ' ' ||
           (ARRAY['shirt','jacket','scarf','hat','bag','belt','coat','dress','jumper','gloves','socks'])[1 + n % 11],
           'Number ' || n || ' of our collection. ' ||
           repeat('Made with care, washed by hand, worn for years. ', 4 + n % 5),
           (ARRAY['women','men','children','home'])[1 + n % 4],
           500 + n * 37 % 9500, CASE WHEN n % 7 = 3 THEN 0 ELSE 80 + n * 53 % 2400 END
    FROM generate_series(1, 5000) n;
INSERT INTO stock SELECT sku, 1000000 FROM products;
-- everybody's password is "correct horse": PBKDF2-SHA256, 2000 rounds, the salt "shop-salt"
INSERT INTO customers
    SELECT n, 'customer' || n || '@mail.example', 'Customer ' || n, lpad((n * 7 % 100000)::text, 5, '0'),
           'pbkdf2$2000$73686f702d73616c74$' ||
           'e895a4e374a4981f24f8351e4e3583729f8d382cef984e7933a9ab3335c8bcea'
    FROM generate_series(1, 30000) n;
INSERT INTO orders (customer_id, status, total_cents, placed_at)
    SELECT 1 + (n::bigint * 7919) % 30000, 'sent', 1000 + n * 17 % 20000,
           now() - interval '1 year' * (1 - n / (:past_orders)::numeric)
    FROM generate_series(1, :past_orders) n;
INSERT INTO order_lines
    SELECT 1 + n / 2, 1 + ((n::bigint * 7919 + n / 2 * 31) % 5000) * ((n::bigint * 104729) % 5000) / 5000,
           1 + n % 2, 500 + n * 37 % 9500
    FROM generate_series(0, 2 * :past_orders - 1) n;
INSERT INTO payments (order_id, amount_cents, bank_reference, status, paid_at)
    SELECT id, total_cents, md5(id::text), 'paid', placed_at FROM orders;
INSERT INTO shipments (order_id, status, packed_at) SELECT id, 'sent', placed_at FROM orders;

CREATE INDEX products_words ON products
    USING gin (to_tsvector('english', name || ' ' || description));
CREATE INDEX products_category ON products (category, sku);
CREATE UNIQUE INDEX customers_email ON customers (email);
CREATE INDEX orders_customer ON orders (customer_id, placed_at DESC);
CREATE INDEX order_lines_order ON order_lines (order_id);
CREATE INDEX order_lines_sku ON order_lines (sku) INCLUDE (quantity);
CREATE INDEX payments_order ON payments (order_id);
CREATE INDEX shipments_order ON shipments (order_id);
VACUUM ANALYZE products, stock, customers, orders, order_lines, payments, shipments;
