-- A model tells the make: the planner takes them for independent, and expects a row of a thousand.
-- cause: bad_plan
-- object: garage.cars
-- @setup
CREATE SCHEMA garage;
CREATE TABLE garage.cars (id int PRIMARY KEY, make int NOT NULL, model int NOT NULL, built int NOT NULL, owner int NOT NULL);
CREATE TABLE garage.owners (id int PRIMARY KEY, name text, town text);
INSERT INTO garage.owners SELECT i, 'o' || i, 't' || i % 30 FROM generate_series(1, 90000) i;
INSERT INTO garage.cars SELECT i, i % 40, i % 40, i % 40, 1 + i * 13 % 90000 FROM generate_series(1, 300000) i;
CREATE INDEX ON garage.cars (make, model, built);
-- @load search
SELECT format('SELECT c.id, o.town FROM garage.cars c JOIN garage.owners o ON o.id = c.owner WHERE c.make = %s AND c.model = %s AND c.built = %s', i, i, i) FROM generate_series(1, 30) i \gexec
-- @check
SELECT probe.pages('SELECT c.id, o.town FROM garage.cars c JOIN garage.owners o ON o.id = c.owner WHERE c.make = 7 AND c.model = 7 AND c.built = 7');
