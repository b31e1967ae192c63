-- Segments: rows that are in a file of their own and no longer here, but those still needed. One for
-- each row of kind archive, which is durable with it before any row is deleted.
CREATE TABLE segment (
  through  INTEGER PRIMARY KEY,  -- the last row in it
  first    INTEGER NOT NULL,
  sequence INTEGER NOT NULL,     -- the row of kind archive
  length   INTEGER NOT NULL,     -- of the file, in bytes
  sha256   BLOB NOT NULL
);
CREATE TRIGGER segment_is_append_only_update BEFORE UPDATE ON segment
  BEGIN SELECT RAISE(ABORT, 'a segment stays what it is'); END;
CREATE TRIGGER segment_is_append_only_delete BEFORE DELETE ON segment
  BEGIN SELECT RAISE(ABORT, 'a segment stays what it is'); END;

DROP TRIGGER ledger_row_is_append_only_delete;
CREATE TRIGGER ledger_row_is_append_only_delete BEFORE DELETE ON ledger_row
  WHEN OLD.sequence > (SELECT COALESCE(MAX(through), -1) FROM segment)
  BEGIN SELECT RAISE(ABORT, 'only archived ledger rows are deleted'); END;
