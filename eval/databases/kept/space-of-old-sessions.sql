-- Old sessions were removed and vacuumed away, but what stayed keeps the file as long as it was.
-- cause: bloat
-- object: web.sessions
-- ends: 0.3
-- asks: watcher
-- @setup
CREATE ROLE watcher LOGIN IN ROLE pg_monitor, pg_read_all_data;
CREATE SCHEMA web;
CREATE TABLE web.sessions (id int, token text, data text);
INSERT INTO web.sessions SELECT i, md5(i::text), repeat('d', 200) FROM generate_series(1, 50000 + 20 * :n) i;
DELETE FROM web.sessions WHERE id % 15 <> 0;
-- @load web
SELECT count(*) FROM web.sessions;
-- @check
SELECT pg_relation_size('web.sessions');
-- @after
DROP ROLE watcher;
