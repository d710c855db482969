-- An index was being built and failed; it is there and serves nobody.
-- cause: missing_index
-- object: public.parcels_code_idx
-- @setup
CREATE TABLE parcels (id int PRIMARY KEY, code text NOT NULL, weight int);
INSERT INTO parcels SELECT i, md5(i::text), i % 30 FROM generate_series(1, 70000 + 20 * :n) i;
CREATE INDEX parcels_code_idx ON parcels (code);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'parcels_code_idx'::regclass;
-- @load tracking
SELECT format('SELECT weight FROM parcels WHERE code = %L', md5(i::text)) FROM generate_series(1, 60) i \gexec
-- @check
SELECT probe.pages('SELECT weight FROM parcels WHERE code = md5(''77'')');
