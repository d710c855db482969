-- The best of each player are asked for, and no index has the scores of one.
-- cause: missing_index
-- object: arcade.scores
-- history: no
-- @setup
CREATE SCHEMA arcade;
CREATE TABLE arcade.scores (player int, game int, points int, at timestamptz DEFAULT now());
CREATE TABLE arcade.players (id int PRIMARY KEY, nick text);
INSERT INTO arcade.players SELECT i, 'nick' || i FROM generate_series(1, 3000) i;
INSERT INTO arcade.scores SELECT i % 3000, i % 500, i * 37 % 100000 FROM generate_series(1, 60000 + 10 * :n) i;
-- @session board
SELECT p.nick, (SELECT max(s.points) FROM arcade.scores s WHERE s.player = p.id AND s.game = 7) AS best FROM arcade.players p ORDER BY 2 DESC NULLS LAST LIMIT 10;
-- @check
SELECT probe.pages('SELECT max(points) FROM arcade.scores WHERE player = 77 AND game = 7');
