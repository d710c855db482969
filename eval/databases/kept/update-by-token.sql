-- Tokens are renewed one at a time, and each is searched for in all of them.
-- cause: missing_index
-- object: public."Tokens"
-- asks: watcher
-- @setup
CREATE ROLE watcher LOGIN IN ROLE pg_monitor;
CREATE TABLE "Tokens" (id uuid PRIMARY KEY, "secretHash" text NOT NULL, seen int NOT NULL DEFAULT 0);
INSERT INTO "Tokens" SELECT gen_random_uuid(), md5('t' || i) FROM generate_series(1, 45000 + 10 * :n) i;
GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO watcher;
-- @load gateway
SELECT format('UPDATE "Tokens" SET seen = seen + 1 WHERE "secretHash" = %L', md5('t' || i)) FROM generate_series(1, 50) i \gexec
-- @check
SELECT probe.pages('SELECT seen FROM "Tokens" WHERE "secretHash" = md5(''t7'')');
-- @after
DROP ROLE watcher;
