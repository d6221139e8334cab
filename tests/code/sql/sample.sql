-- Shapes and who draws them.
CREATE TABLE shapes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE INDEX shapes_name ON shapes (name);

CREATE VIEW large AS SELECT * FROM shapes WHERE id > 3;

CREATE FUNCTION add(a INTEGER, b INTEGER) RETURNS INTEGER AS $$
    SELECT a + b;
$$ LANGUAGE SQL;

CREATE TYPE color AS ENUM ('red', 'green');
INSERT INTO shapes (name) VALUES ('x');
CREATE TRIGGER watch AFTER INSERT ON shapes FOR EACH ROW EXECUTE FUNCTION add();
