-- Somebody forbade nested loops for one role, and its look-ups read whole tables.
-- cause: bad_plan
-- object: enable_nestloop
-- @setup
CREATE ROLE clerk LOGIN;
CREATE TABLE policies (id int PRIMARY KEY, holder int NOT NULL, kind text);
CREATE TABLE holders (id int PRIMARY KEY, name text);
CREATE INDEX ON policies (holder);
INSERT INTO holders SELECT i, 'h' || i FROM generate_series(1, 60000 + 10 * :n) i;
INSERT INTO policies SELECT i, i % 60000, 'k' || i % 4 FROM generate_series(1, 80000) i;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk;
GRANT USAGE ON SCHEMA probe TO clerk;
ALTER ROLE clerk SET enable_nestloop = off;
-- @load counter as clerk
SELECT format('SELECT h.name, p.kind FROM policies p JOIN holders h ON h.id = p.holder WHERE p.id = %s', i) FROM generate_series(1, 60) i \gexec
-- @check as clerk
SELECT probe.pages('SELECT h.name, p.kind FROM policies p JOIN holders h ON h.id = p.holder WHERE p.id = 77');
-- @after
DROP ROLE clerk;
