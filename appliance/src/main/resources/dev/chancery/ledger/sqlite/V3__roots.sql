-- Roots of TUF 1.0 repositories, in the order of their versions; the newest one counts.
CREATE TABLE root (
  repository INTEGER NOT NULL REFERENCES repository (number),
  version    INTEGER NOT NULL,
  file       BLOB NOT NULL,
  expires    TEXT NOT NULL,
  timestamp_keys TEXT NOT NULL,  -- key ids with a blank between them
  snapshot_keys  TEXT NOT NULL,
  added      TEXT NOT NULL,
  PRIMARY KEY (repository, version)
);
CREATE TRIGGER root_is_append_only_update BEFORE UPDATE ON root
  BEGIN SELECT RAISE(ABORT, 'a root stays what it is'); END;
CREATE TRIGGER root_is_append_only_delete BEFORE DELETE ON root
  BEGIN SELECT RAISE(ABORT, 'a root stays what it is'); END;
