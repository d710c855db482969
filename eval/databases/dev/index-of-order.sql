-- The newest events are asked for, and all are sorted each time.
-- cause: missing_index
-- object: public.events
-- history: yes
-- @setup
CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, kind text, body text);
INSERT INTO events SELECT i, now() - (i * 7919 % 500000) * interval '1 second', 'k' || i % 9, repeat('x', 80)
  FROM generate_series(1, 90000 + 30 * :n) i;
-- @load feed
SELECT format('SELECT id, kind FROM events ORDER BY at DESC LIMIT %s', 20) FROM generate_series(1, 40) \gexec
SELECT format('SELECT body FROM events WHERE id = %s', i) FROM generate_series(1, 100) i \gexec
-- @check
SELECT probe.pages('SELECT id, kind FROM events ORDER BY at DESC LIMIT 20');
