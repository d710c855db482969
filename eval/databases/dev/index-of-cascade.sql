-- Rows of a parent are deleted; the key that points at it has no index, and is looked for each time.
-- cause: missing_index
-- object: crm.messages
-- @setup
CREATE SCHEMA crm;
CREATE TABLE crm.threads (id int PRIMARY KEY, topic text);
CREATE TABLE crm.messages (id int PRIMARY KEY, thread int NOT NULL REFERENCES crm.threads ON DELETE CASCADE, body text);
INSERT INTO crm.threads SELECT i, 't' || i FROM generate_series(1, 8000) i;
INSERT INTO crm.messages SELECT i, 1 + i % 8000, repeat('m', 50) FROM generate_series(1, 80000 + 20 * :n) i;
-- @load cleaner
SELECT format('DELETE FROM crm.threads WHERE id = %s', i) FROM generate_series(1, 60) i \gexec
-- @load mail
SELECT format('SELECT topic FROM crm.threads WHERE id = %s', i + 100) FROM generate_series(1, 100) i \gexec
-- @check
BEGIN;
DELETE FROM crm.threads WHERE id = 200;
SELECT seq_tup_read + 1 FROM pg_stat_xact_user_tables WHERE relname = 'messages';
