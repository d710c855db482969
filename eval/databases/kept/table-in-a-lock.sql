-- A clean-up has locked a table as a whole and works on; readers and writers queue.
-- cause: lock_chain
-- object: archiver
-- @setup
CREATE SCHEMA mail;
CREATE TABLE mail.inbox (id int PRIMARY KEY, body text);
INSERT INTO mail.inbox SELECT i, repeat('b', 30) FROM generate_series(1, 9000 + 3 * :n) i;
-- @session archiver
BEGIN;
LOCK TABLE mail.inbox IN ACCESS EXCLUSIVE MODE;
SELECT sum(length(a.body) + length(b.body)) FROM mail.inbox a, mail.inbox b, mail.inbox c;
-- @session imap x4
SELECT body FROM mail.inbox WHERE id = 3;
-- @session smtp x2
UPDATE mail.inbox SET body = 'x' WHERE id = 9;
-- @check
SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;
