-- Roots of TUF 1.0 repositories, in the order of their versions; the newest one counts.
CREATE TABLE root (
  repository INTEGER NOT NULL REFERENCES repository (number),
  version    INTEGER NOT NULL,
  file       BYTEA NOT NULL,
  expires    TEXT NOT NULL,
  timestamp_keys TEXT NOT NULL,  -- key ids with a blank between them
  snapshot_keys  TEXT NOT NULL,
  added      TEXT NOT NULL,
  PRIMARY KEY (repository, version)
);
CREATE TRIGGER root_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON root
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('a root stays what it is');

ALTER TABLE ledger_head ALTER COLUMN schema SET DEFAULT 4;
UPDATE ledger_head SET schema = 4;
