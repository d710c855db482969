-- A dashboard reads the last hour of one device; a bigger roll-up runs beside it.
-- cause: missing_index
-- object: telemetry.samples
-- @setup
CREATE SCHEMA telemetry;
CREATE TABLE telemetry.devices (id int PRIMARY KEY, model text);
CREATE TABLE telemetry.samples (device int NOT NULL, taken timestamptz NOT NULL, celsius real, volts real);
INSERT INTO telemetry.devices SELECT i, 'm' || i % 5 FROM generate_series(1, 400) i;
INSERT INTO telemetry.samples SELECT 1 + i % 400, '2026-05-01'::timestamptz + i * interval '2 s', i % 40, i % 5
  FROM generate_series(1, 120000 + 30 * :n) i;
-- @load rollup
SELECT device, date_trunc('hour', taken) AS hour, avg(celsius), max(volts) FROM telemetry.samples GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 5;
SELECT device, date_trunc('hour', taken) AS hour, avg(celsius), max(volts) FROM telemetry.samples GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 5;
-- @load dashboard
SELECT format('SELECT taken, celsius FROM telemetry.samples WHERE device = %s AND taken >= %L', 1 + i % 400, '2026-05-03'::timestamptz) FROM generate_series(1, 50) i \gexec
-- @check
SELECT probe.pages('SELECT taken, celsius FROM telemetry.samples WHERE device = 9 AND taken >= ''2026-05-03''');
