-- A role may have eight sessions, and one of its programs keeps all of them.
-- cause: pool
-- object: thumbnailer
-- ends: 0.5
-- @setup
CREATE ROLE media LOGIN CONNECTION LIMIT 8;
CREATE TABLE pictures (id int PRIMARY KEY, path text);
INSERT INTO pictures SELECT i, '/x/' || i FROM generate_series(1, 800 + :n) i;
GRANT SELECT ON pictures TO media;
-- @session thumbnailer x8 as media
SELECT count(*) FROM pictures;
-- @session web x4
SELECT 1;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE usename = 'media';
-- @after
DROP ROLE media;
