-- Hardly a job was waiting when the table was analysed; now most of them are.
-- cause: bad_plan
-- object: queue.jobs
-- statistics: own
-- @setup
CREATE SCHEMA queue;
CREATE TABLE queue.payloads (job int PRIMARY KEY, bytes text);
CREATE TABLE queue.jobs (id int PRIMARY KEY, state text NOT NULL, tries int NOT NULL DEFAULT 0);
CREATE INDEX ON queue.jobs (state);
INSERT INTO queue.payloads SELECT i, repeat('p', 40) FROM generate_series(1, 70000 + 10 * :n) i;
INSERT INTO queue.jobs SELECT i, CASE WHEN i <= 5 THEN 'waiting' ELSE 'done' END FROM generate_series(1, 70000) i;
VACUUM (ANALYZE);
UPDATE queue.jobs SET state = 'waiting' WHERE id > 20000;
VACUUM queue.jobs;
-- @load dispatcher
SELECT count(p.bytes) FROM queue.jobs j JOIN queue.payloads p ON p.job = j.id WHERE j.state = 'waiting' AND j.tries < 3;
SELECT count(p.bytes) FROM queue.jobs j JOIN queue.payloads p ON p.job = j.id WHERE j.state = 'waiting' AND j.tries < 3;
SELECT count(p.bytes) FROM queue.jobs j JOIN queue.payloads p ON p.job = j.id WHERE j.state = 'waiting' AND j.tries < 3;
SELECT count(p.bytes) FROM queue.jobs j JOIN queue.payloads p ON p.job = j.id WHERE j.state = 'waiting' AND j.tries < 3;
SELECT count(p.bytes) FROM queue.jobs j JOIN queue.payloads p ON p.job = j.id WHERE j.state = 'waiting' AND j.tries < 3;
SELECT count(p.bytes) FROM queue.jobs j JOIN queue.payloads p ON p.job = j.id WHERE j.state = 'waiting' AND j.tries < 3;
-- @check
SELECT probe.pages('SELECT count(p.bytes) FROM queue.jobs j JOIN queue.payloads p ON p.job = j.id WHERE j.state = ''waiting'' AND j.tries < 3');
