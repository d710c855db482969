-- A deploy has doubled the pools of one program; three others share the rest.
-- cause: pool
-- object: recommender
-- ends: 0.7
-- @setup
CREATE TABLE likes (id int PRIMARY KEY, who int);
INSERT INTO likes SELECT i, i % 70 FROM generate_series(1, 900 + :n) i;
-- @session recommender x24
SELECT count(*) FROM likes;
-- @session web x6
SELECT 1;
-- @session mailer x3
SELECT 1;
-- @session cron x2
SELECT 1;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend';
